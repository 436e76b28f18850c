/**
 * Python source without comments, docstrings and empty lines, indented by one space a level. Works by
 * lines, not by grammar: it holds for files under the agent's house rules (indented by four spaces,
 * comments on lines of their own; docstrings in three double quotes, first in their block; no other
 * text in triple quotes). A test proves with Python's own parser that what is left is the same program.
 */
export const stripPython = (source: string): string => {
  const kept: string[] = [];
  let inside: 'code' | 'docstring' = 'code';
  /** Indent of a docstring that nothing of its block has followed yet. */
  let alone = 0;
  for (const line of source.split('\n')) {
    const text = line.trim();
    if (inside === 'docstring') {
      if (text.endsWith(QUOTES)) inside = 'code';
    } else if (text.startsWith(QUOTES)) {
      const closed = text.length >= 2 * QUOTES.length && text.endsWith(QUOTES);
      if (!closed) inside = 'docstring';
      alone = indentOf(line);
    } else if (text !== '' && !text.startsWith('#')) {
      const indent = indentOf(line);
      if (indent < alone) kept.push(`${' '.repeat(alone)}pass`);
      alone = 0;
      kept.push(' '.repeat(indent) + text);
    }
  }
  if (alone > 0) kept.push(`${' '.repeat(alone)}pass`);
  return `${kept.join('\n')}\n`;
};

/** In levels. */
const indentOf = (line: string): number =>
  Math.floor((line.length - line.trimStart().length) / INDENT);

const INDENT = 4;
const QUOTES = '"""';
