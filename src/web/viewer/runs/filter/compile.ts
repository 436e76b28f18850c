import type { ColumnNames } from '../../api-types.ts';
import { nameOf, type Run } from '../run.ts';
import { allFieldNames, type Field, findField, nearestName } from './fields.ts';
import type { Filter, Operator } from './parse.ts';
import { parseBytes, parseDuration, parseNumber, parseTime, type TimeSpan } from './quantities.ts';
import { FilterError, type Token } from './tokens.ts';

/** A filter that can be asked, and what it must know of every run. */
export interface CompiledFilter {
  /** Columns of the API. */
  readonly columns: readonly string[];
  readonly matches: (run: Run, now: number) => boolean;
}

/**
 * Makes a filter ready to be asked.
 *
 * @throws FilterError where a name is not known, or a value is none of the field's kind
 */
export const compileFilter = (filter: Filter, names: ColumnNames): CompiledFilter => {
  switch (filter.kind) {
    case 'all':
      return { columns: [], matches: () => true };
    case 'text':
      return { columns: [], matches: textMatcher(filter.text) };
    case 'not': {
      const { columns, matches } = compileFilter(filter.part, names);
      return { columns, matches: (run, now) => !matches(run, now) };
    }
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => compileFilter(part, names));
      const columns = parts.flatMap((part) => part.columns);
      return filter.kind === 'and'
        ? { columns, matches: (run, now) => parts.every(({ matches }) => matches(run, now)) }
        : { columns, matches: (run, now) => parts.some(({ matches }) => matches(run, now)) };
    }
    case 'compare':
      return compileCompare(filter, names);
    default:
      return filter satisfies never;
  }
};

const textMatcher = (text: string): CompiledFilter['matches'] => {
  const wanted = text.toLowerCase();
  return (run) =>
    nameOf(run).toLowerCase().includes(wanted) ||
    run.id.toLowerCase().includes(wanted) ||
    run.path.toLowerCase().includes(wanted) ||
    run.tags.some((tag) => tag.toLowerCase().includes(wanted)) ||
    run.host?.toLowerCase().includes(wanted) === true;
};

const compileCompare = (
  { field: { text, from, to }, operator, values }: Extract<Filter, { kind: 'compare' }>,
  names: ColumnNames,
): CompiledFilter => {
  const field = findField(text, names);
  if (field === undefined) throw new FilterError(unknownName(text, names), { from, to });
  // `!=` and `!~` are what `=` and `~` are not: a run without the value fits them, too.
  const isNegated = operator.startsWith('!');
  const positive = isNegated ? (operator === '!=' ? '=' : '~') : operator;
  const tests = values.map((value) => valueTest({ field, operator: positive, value }));
  const matches = (run: Run, now: number): boolean => {
    const held = field.read(run, now);
    const fits =
      typeof held === 'object' && held !== null
        ? held.some((one) => tests.some((test) => test(one, now)))
        : tests.some((test) => test(held, now));
    return fits !== isNegated;
  };
  return { columns: field.column === null ? [] : [field.column], matches };
};

const unknownName = (name: string, names: ColumnNames): string => {
  const nearest = nearestName(name, allFieldNames(names));
  if (nearest !== undefined) return `Nothing is called ${name}; did you mean ${nearest}?`;
  return names.complete
    ? `No run has anything called ${name}`
    : `No run has anything called ${name} so far; some are still being read`;
};

type ValueTest = (held: unknown, now: number) => boolean;

const valueTest = (one: {
  readonly field: Field;
  readonly operator: Operator;
  readonly value: Token;
}): ValueTest => {
  const { field, operator, value } = one;
  if (value.kind === 'word' && /^(none|null)$/i.test(value.text)) {
    return (held) => operator === '=' && (held === null || held === '');
  }
  if (operator === '~') return containsTest(value.text);
  switch (field.kind) {
    case 'duration':
      return numberTest(operator, quantity(value, parseDuration, 'a duration, such as 90s or 2h'));
    case 'bytes':
      return numberTest(operator, quantity(value, parseBytes, 'a size, such as 500MB'));
    case 'number':
      return numberTest(operator, quantity(value, parseNumber, 'a number'));
    case 'time':
      return timeTest(operator, value);
    case 'text':
    case 'texts':
      return textTest(operator, value.text);
    case 'any':
      return anyTest(operator, value);
    default:
      return field.kind satisfies never;
  }
};

const quantity = (value: Token, parse: (text: string) => number | null, what: string): number => {
  const parsed = parse(value.text);
  if (parsed === null) throw new FilterError(`${value.text} is not ${what}`, value);
  return parsed;
};

const containsTest = (text: string): ValueTest => {
  const wanted = text.toLowerCase();
  return (held) => held !== null && String(held).toLowerCase().includes(wanted);
};

const compareNumbers: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b || Math.abs(a - b) <= Math.abs(b) * 1e-9,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const numberTest = (operator: Operator, wanted: number): ValueTest => {
  const compare = compareNumbers[operator];
  return (held) => typeof held === 'number' && compare?.(held, wanted) === true;
};

/** `created = 2026-01-31` is all of that day, `>` is after it. */
const timeTest = (operator: Operator, value: Token): ValueTest => {
  const spanAt = (now: number): TimeSpan | null => parseTime(value.text, now);
  if (spanAt(0) === null) {
    throw new FilterError(`${value.text} is not a time, such as 2026-01-31, today or 7d`, value);
  }
  return (held, now) => {
    const span = spanAt(now);
    if (typeof held !== 'number' || span === null) return false;
    switch (operator) {
      case '<':
        return held < span.from;
      case '<=':
        return held < span.to || held === span.from;
      case '>':
        return span.to > span.from ? held >= span.to : held > span.from;
      case '>=':
        return held >= span.from;
      default:
        return held >= span.from && (held < span.to || held === span.from);
    }
  };
};

/** Whatever the case; `*` in an `=` stands for anything. */
const textTest = (operator: Operator, text: string): ValueTest => {
  const wanted = text.toLowerCase();
  if (operator !== '=') {
    const compare = compareNumbers[operator];
    return (held) =>
      held !== null && compare?.(order(String(held).toLowerCase(), wanted), 0) === true;
  }
  if (!wanted.includes('*'))
    return (held) => held !== null && String(held).toLowerCase() === wanted;
  const parts = wanted.split('*');
  return (held) => held !== null && fitsParts(String(held).toLowerCase(), parts);
};

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `cv/*` and the like: without a regular expression, which could be made to take for ever. */
const fitsParts = (text: string, parts: readonly string[]): boolean => {
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
};

/** Settings and metrics hold what they hold: numbers are compared as such, the rest as text. */
const anyTest = (operator: Operator, value: Token): ValueTest => {
  const number = value.kind === 'word' ? parseNumber(value.text) : null;
  const asText = textTest(operator, value.text);
  if (number === null) return asText;
  const asNumber = numberTest(operator, number);
  return (held) =>
    typeof held === 'string' ? operator === '=' && asText(held, 0) : asNumber(held, 0);
};
