import { FilterError, type Token, tokenize } from './tokens.ts';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~';

/** A filter as it was meant. Places are those in the text, for what is found wrong later. */
export type Filter =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  /** Free text: found in name, path, tags or host. */
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'compare';
      readonly field: Token;
      readonly operator: Operator;
      /** One, or several of which one must fit. */
      readonly values: readonly Token[];
    };

/** Brackets inside brackets, at most: nobody writes more, and the stack is not endless. */
const DEEPEST = 50;

/**
 * Reads a filter: `lr < 0.01 and status = running`, `tag in (best, "to keep")`, or just words.
 *
 *     or      = and ("or" and)*
 *     and     = not (["and"] not)*
 *     not     = "not" not | "(" or ")" | compare | text
 *     compare = field operator value | field "in" "(" value ("," value)* ")"
 *
 * @throws FilterError that says what was expected, and where
 */
export const parseFilter = (text: string): Filter => {
  const tokens = tokenize(text);
  if (tokens.length === 0) return { kind: 'all' };
  const reader = { tokens, at: 0, end: text.length, depth: 0 };
  const filter = readOr(reader);
  const rest = reader.tokens[reader.at];
  if (rest !== undefined) throw new FilterError(`This ${rest.text} closes nothing`, rest);
  return filter;
};

interface Reader {
  readonly tokens: readonly Token[];
  readonly end: number;
  at: number;
  depth: number;
}

const readOr = (reader: Reader): Filter => {
  const parts = [readAnd(reader)];
  while (takeWord(reader, 'or')) parts.push(readAnd(reader));
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : { kind: 'or', parts };
};

const readAnd = (reader: Reader): Filter => {
  const parts = [readNot(reader)];
  for (;;) {
    const next = reader.tokens[reader.at];
    if (!takeWord(reader, 'and')) {
      if (next === undefined || next.kind === 'close' || isWord(next, 'or')) break;
    }
    parts.push(readNot(reader));
  }
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : { kind: 'and', parts };
};

const readNot = (reader: Reader): Filter => {
  const token = reader.tokens[reader.at];
  if (token === undefined) throw expected(reader, 'a condition, such as status = running');
  if (takeWord(reader, 'not')) return { kind: 'not', part: deeper(reader, token, readNot) };
  if (token.kind === 'open') return readBracket(reader, token);
  if (token.kind !== 'word' && token.kind !== 'quoted') {
    throw new FilterError(`Expected a name before ${token.text}`, token);
  }
  reader.at += 1;
  return readCompare(reader, token) ?? { kind: 'text', text: token.text };
};

const readBracket = (reader: Reader, open: Token): Filter => {
  reader.at += 1;
  const filter = deeper(reader, open, readOr);
  if (reader.tokens[reader.at]?.kind !== 'close') {
    throw new FilterError('This bracket is not closed', open);
  }
  reader.at += 1;
  return filter;
};

const deeper = (reader: Reader, at: Token, read: (reader: Reader) => Filter): Filter => {
  reader.depth += 1;
  if (reader.depth > DEEPEST) throw new FilterError('Too many conditions inside each other', at);
  const filter = read(reader);
  reader.depth -= 1;
  return filter;
};

const readCompare = (reader: Reader, field: Token): Filter | undefined => {
  const next = reader.tokens[reader.at];
  if (next !== undefined && isWord(next, 'in') && reader.tokens[reader.at + 1]?.kind === 'open') {
    reader.at += 2;
    return { kind: 'compare', field, operator: '=', values: readList(reader) };
  }
  if (next?.kind !== 'operator') return undefined;
  reader.at += 1;
  const operator = operatorOf(next.text);
  return { kind: 'compare', field, operator, values: [readValue(reader, next)] };
};

const readList = (reader: Reader): readonly Token[] => {
  const values = [readValue(reader)];
  for (;;) {
    const next = reader.tokens[reader.at];
    reader.at += 1;
    if (next?.kind === 'close') return values;
    if (next?.kind !== 'comma') throw expected(reader, 'a comma or a closing bracket', next);
    values.push(readValue(reader));
  }
};

const readValue = (reader: Reader, operator?: Token): Token => {
  const token = reader.tokens[reader.at];
  if (token?.kind !== 'word' && token?.kind !== 'quoted') {
    throw expected(reader, `a value${operator ? ` after ${operator.text}` : ''}`, token);
  }
  reader.at += 1;
  return token;
};

const expected = ({ end }: Reader, what: string, place?: Token): FilterError =>
  new FilterError(`Expected ${what}`, place ?? { from: end, to: end });

const OTHER_SIGNS: Readonly<Record<string, Operator>> = {
  '==': '=',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
};

const operatorOf = (text: string): Operator => OTHER_SIGNS[text] ?? (text as Operator);

const takeWord = (reader: Reader, word: string): boolean => {
  const token = reader.tokens[reader.at];
  if (token === undefined || !isWord(token, word)) return false;
  reader.at += 1;
  return true;
};

/** Keywords are not quoted: `"or"` is a text. */
const isWord = ({ kind, text }: Token, word: string): boolean =>
  kind === 'word' && text.toLowerCase() === word;
