import type { ColumnNames } from '../../api-types.ts';
import type { Run } from '../run.ts';
import { BASE_FIELDS, findField } from './fields.ts';
import { FilterError, type Token, tokenize } from './tokens.ts';

/** A text that may stand in place of what is being typed. */
export interface Completion {
  readonly label: string;
  /** What kind of thing it is: `config`, `metric`, `run`, or a field whose value it is. */
  readonly kind: string;
  readonly insert: string;
  readonly from: number;
  readonly to: number;
}

const MOST = 8;
/** Values are gathered from so many runs: enough to know them, quick enough while typing. */
const MOST_RUNS = 2_000;

/** What may be meant by the word before the caret: a name, or after an operator a value. */
export const completionsAt = (
  text: string,
  caret: number,
  known: { readonly names: ColumnNames; readonly runs: readonly Run[] },
): readonly Completion[] => {
  const tokens = tokensBefore(text, caret);
  const last = tokens.at(-1);
  const word = last !== undefined && last.kind === 'word' && last.to === caret ? last : undefined;
  const before = word === undefined ? tokens : tokens.slice(0, -1);
  const place = { from: word?.from ?? caret, to: caret };
  const operator = before.at(-1);
  const field = before.at(-2);
  if (operator?.kind === 'operator' && field !== undefined) {
    return valuesOf(field, known)
      .filter((value) => fits(value, word?.text ?? ''))
      .slice(0, MOST)
      .map((value) => ({ label: value, kind: field.text, insert: quoted(value), ...place }));
  }
  if (word === undefined) return [];
  return namesFor(word.text, known.names).map(({ label, kind }) => ({
    ...{ label, kind, ...place },
    insert: quoted(label),
  }));
};

/** A quote without its end is being typed: nothing is offered. */
const tokensBefore = (text: string, caret: number): readonly Token[] => {
  try {
    return tokenize(text.slice(0, caret));
  } catch (error) {
    if (error instanceof FilterError) return [];
    throw error;
  }
};

const namesFor = (
  typed: string,
  { config, metrics, summary }: ColumnNames,
): ReadonlyArray<{ readonly label: string; readonly kind: string }> => {
  const all = [
    ...Object.keys(BASE_FIELDS).map((label) => ({ label, kind: 'run' })),
    ...config.name.map((label) => ({ label, kind: 'config' })),
    ...metrics.name.map((label) => ({ label, kind: 'metric' })),
    ...summary.name.map((label) => ({ label, kind: 'summary' })),
  ];
  const seen = new Set<string>();
  return all
    .filter(({ label }) => fits(label, typed) && !seen.has(label) && seen.add(label))
    .sort((a, b) => Number(startsWith(b.label, typed)) - Number(startsWith(a.label, typed)))
    .slice(0, MOST);
};

const valuesOf = (
  { text }: Token,
  { names, runs }: { readonly names: ColumnNames; readonly runs: readonly Run[] },
): readonly string[] => {
  const field = findField(text, names);
  if (field === undefined || !['text', 'texts', 'any'].includes(field.kind)) return [];
  const counts = new Map<string, number>();
  for (const run of runs.slice(0, MOST_RUNS)) {
    const held = field.read(run, 0);
    for (const value of typeof held === 'object' && held !== null ? held : [held]) {
      if (typeof value === 'string' && value.length > 0 && value.length <= 80) {
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value);
};

/** What is written out already is not offered. */
const fits = (label: string, typed: string): boolean =>
  label.toLowerCase() !== typed.toLowerCase() && label.toLowerCase().includes(typed.toLowerCase());

const startsWith = (label: string, typed: string): boolean =>
  label.toLowerCase().startsWith(typed.toLowerCase());

/** As it has to be typed: what would be taken for something else stands in quotes. */
const quoted = (text: string): string =>
  /^[^\s()"'`,<>=!~≤≥≠]+$/.test(text) && !/^(and|or|not|in|none|null)$/i.test(text)
    ? text
    : `"${text.replace(/["\\]/g, '\\$&')}"`;
