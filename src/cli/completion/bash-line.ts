/** A command line of bash up to the cursor, taken apart as far as completion needs it. */
export interface BashLine {
  /** The words before the one at the cursor, as the command would get them. */
  readonly before: readonly string[];
  /** The word at the cursor, unquoted. */
  readonly current: string;
  /** The begin of `current` that bash keeps: it replaces only what follows the last break character. */
  readonly kept: string;
  /** Whether the cursor stands in quotes. */
  readonly quoting: 'none' | 'quoted';
}

/**
 * Takes a line apart by the quoting rules of the shell; variables and substitutions stay as typed.
 *
 * @param wordBreaks COMP_WORDBREAKS: bash replaces from the last of these, not from the word's begin
 */
export const readBashLine = (line: string, wordBreaks: string): BashLine => {
  const words: string[] = [];
  let current = '';
  let kept = '';
  let quote: '"' | "'" | undefined;
  let word: 'none' | 'begun' = 'none';
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (quote === undefined && /\s/.test(c)) {
      if (word === 'begun') words.push(current);
      [word, current, kept] = ['none', '', ''];
      continue;
    }
    word = 'begun';
    if (c === '\\' && quote !== "'") {
      current += line[++i] ?? '';
    } else if (c === quote) {
      quote = undefined;
    } else if (quote === undefined && (c === '"' || c === "'")) {
      quote = c;
    } else {
      const isBreak = quote === undefined && wordBreaks.includes(c);
      // Bash counts these two to the word that they begin (rl_special_prefixes in readline).
      if (isBreak && '@$'.includes(c)) kept = current;
      current += c;
      if (isBreak && !'@$'.includes(c)) kept = current;
    }
  }
  return { before: words, current, kept, quoting: quote === undefined ? 'none' : 'quoted' };
};

/** What bash is to put in for a word; undefined where that cannot be done. */
export const bashReplacement = (value: string, line: BashLine): string | undefined => {
  if (!value.startsWith(line.current)) return undefined;
  const isPlain = /^[\w@%+=:,./-]*$/.test(value);
  // In quotes bash takes the text as it is, and closes them itself.
  if (line.quoting === 'quoted') return isPlain ? value : undefined;
  // Bash puts in what it gets: a name from a server must not become a command there.
  return value.slice(line.kept.length).replace(/[^\w@%+=:,./\u0080-\uffff-]/g, '\\$&');
};
