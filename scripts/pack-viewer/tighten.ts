/**
 * Python without the spaces round its operators, and with the lines inside brackets as one. For source
 * that `stripPython` has stripped: no comment and no text of several lines is left in it. A test proves
 * with Python's own parser that it is the same program.
 */
export const tightenPython = (source: string): string => {
  let depth = 0;
  const lines = source.split('\n').map((line) => {
    const parts = line.split(TEXT);
    const code = parts.map((part, i) => (i % 2 === 0 ? part : '')).join('');
    const indent = depth === 0 ? (/^ */.exec(line)?.[0] ?? '') : '';
    const tight = parts.map((part, i) => (i % 2 === 0 ? part.replace(OPERATOR, '$1') : part));
    depth += countOf(code, /[([{]/g) - countOf(code, /[)\]}]/g);
    return indent + tight.join('').trim() + endOf(code, depth);
  });
  return lines.join('').replace(/\n$/, '');
};

/** Texts in quotes, which stay as they are; one group, so that `split` keeps them. */
const TEXT = /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/;
const OPERATOR = / *([=+\-*/%<>!&|^,:()[\]{}]) */g;

const countOf = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

/** Inside brackets a word may follow a word. */
const endOf = (code: string, depth: number): string => {
  if (depth === 0) return '\n';
  return /[([{,]\s*$/.test(code) ? '' : ' ';
};
