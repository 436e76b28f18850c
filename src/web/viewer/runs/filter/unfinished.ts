import { FilterError, type Token, tokenize } from './tokens.ts';

/**
 * A filter without what is still being typed at its end: `lr < 1 and sta` is `lr < 1`. Nothing is
 * found, and nothing is wrong, only because a condition is not whole yet.
 */
export const finishedPart = (text: string): string => {
  const tokens = tokensOf(text);
  if (!tokens.some(({ kind }) => kind === 'operator')) return text;
  let kept = tokens.length;
  const last = tokens[kept - 1];
  const isName = last?.kind === 'word' && last.to === text.length && !isValue(tokens, kept - 1);
  if (isName && !isWord(last, CONNECTIVES)) kept -= 1;
  if (tokens[kept - 1]?.kind === 'operator') kept -= 2;
  while (isWord(tokens[kept - 1], CONNECTIVES)) kept -= 1;
  return kept === tokens.length ? text : text.slice(0, Math.max(0, tokens[kept - 1]?.to ?? 0));
};

const CONNECTIVES = ['and', 'or', 'not'];

const tokensOf = (text: string): readonly Token[] => {
  try {
    return tokenize(text);
  } catch (error) {
    if (error instanceof FilterError) return [];
    throw error;
  }
};

/** After an operator, or inside the brackets of `in`. */
const isValue = (tokens: readonly Token[], at: number): boolean => {
  const before = tokens[at - 1];
  if (before?.kind === 'operator' || before?.kind === 'comma') return true;
  return before?.kind === 'open' && isWord(tokens[at - 2], ['in']);
};

const isWord = (token: Token | undefined, words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.text.toLowerCase());
