/**
 * Text from a server, a file name or a web page, made safe for terminal, log and page:
 * control characters (C0 but for newline and tab, DEL, C1) and the bidirectional overrides that
 * can reorder what is read become visible stand-ins.
 */
export const neutralizeControls = (text: string): string =>
  text
    .replace(/\r\n/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\u007f/g, '\u2421')
    .replace(/[\u0080-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** "Runicorn 0.7.2"; a program of the user's own has no version that we know. */
export const nameAndVersion = (name: string, version: string): string =>
  `${name} ${version}`.trim();

/** As `neutralizeControls`, for places that hold one line: newlines and tabs become spaces. */
export const singleLine = (text: string): string =>
  neutralizeControls(text.replace(/[\r\n\t]+/g, ' ')).trim();

/** `1 environment`, `2 environments`; for nouns with a plain plural. */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The last `maxCharacters` of a text, cut at a line where one is near. */
export const tailOf = (text: string, maxCharacters: number): string => {
  if (text.length <= maxCharacters) return text;
  const cut = text.slice(-maxCharacters);
  const newline = cut.indexOf('\n');
  return newline >= 0 && newline < 200 ? cut.slice(newline + 1) : cut;
};

/** The candidate nearest to `word` by edit distance, where it is near enough to be a typing error. */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  const limit = Math.max(1, Math.floor(word.length / 3));
  return best !== undefined && best.distance <= limit ? best.candidate : undefined;
};

/** Damerau-Levenshtein distance (adjacent swaps count one), row by row. */
const editDistance = (a: string, b: string): number => {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforePrevious, j - 2) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
};

const at = (row: readonly number[], index: number): number => row[index] ?? 0;
