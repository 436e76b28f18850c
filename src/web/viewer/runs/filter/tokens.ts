/** A part of a filter, with its place in the text: `from` up to, not including, `to`. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'operator' | 'open' | 'close' | 'comma';
  /** Without quotes. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** What is wrong with a filter, and where. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  readonly from: number;
  readonly to: number;

  constructor(message: string, { from, to }: { readonly from: number; readonly to: number }) {
    super(message);
    this.from = from;
    this.to = to;
  }
}

/** Longest first: `!=` is not `!` and `=`. */
const OPERATORS = ['<=', '>=', '!=', '==', '!~', '<', '>', '=', '~', '≤', '≥', '≠'];

const MARKS: Readonly<Record<string, Token['kind']>> = { '(': 'open', ')': 'close', ',': 'comma' };

/**
 * Cuts a filter into words, quoted texts, operators and brackets.
 *
 * @throws FilterError for a quote without its end
 */
export const tokenize = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    const token = readToken(text, at);
    tokens.push(token);
    at = token.to;
  }
  return tokens;
};

const readToken = (text: string, from: number): Token => {
  const char = text.charAt(from);
  if (char === '"' || char === "'" || char === '`') return readQuoted(text, from, char);
  const mark = MARKS[char];
  if (mark !== undefined) return { kind: mark, text: char, from, to: from + 1 };
  const operator = OPERATORS.find((one) => text.startsWith(one, from));
  if (operator !== undefined) {
    return { kind: 'operator', text: operator, from, to: from + operator.length };
  }
  const length = text.slice(from).search(/[\s()"`,<>=≤≥≠]|!=|!~|~/);
  // Something that begins a word but cannot stand inside one is taken as it is.
  const to = length === -1 ? text.length : from + Math.max(1, length);
  return { kind: 'word', text: text.slice(from, to), from, to };
};

const readQuoted = (text: string, from: number, quote: string): Token => {
  let value = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === quote) return { kind: 'quoted', text: value, from, to: at + 1 };
    if (char === '\\' && at + 1 < text.length) {
      at += 1;
      value += text.charAt(at);
    } else {
      value += char;
    }
  }
  throw new FilterError(`This quote has no end: ${quote}`, { from, to: text.length });
};
