/**
 * Python source without comments, docstrings and empty lines, indented by one space a level. Works by lines, not by grammar: it
 * holds for files under the agent's house rules (indented by four spaces, comments on lines of their own; docstrings in three
 * double quotes, first in their block and never alone in it; no other text in triple quotes). A test
 * proves with Python's own parser that what is left is the same program.
 */
export const stripPython = (source: string): string => {
  const kept: string[] = [];
  let inside: 'code' | 'docstring' = 'code';
  for (const line of source.split('\n')) {
    const text = line.trim();
    if (inside === 'docstring') {
      if (text.endsWith(QUOTES)) inside = 'code';
    } else if (text.startsWith(QUOTES)) {
      const closed = text.length >= 2 * QUOTES.length && text.endsWith(QUOTES);
      if (!closed) inside = 'docstring';
    } else if (text !== '' && !text.startsWith('#')) {
      const indent = line.length - line.trimStart().length;
      kept.push(' '.repeat(Math.floor(indent / INDENT)) + text);
    }
  }
  return `${kept.join('\n')}\n`;
};

const INDENT = 4;
const QUOTES = '"""';
