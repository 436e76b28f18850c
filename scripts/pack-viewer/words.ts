/**
 * A text with its frequent words as one or two bytes, and the table of those words. Deflate, which sees
 * 32 KB at once and pays for every repetition, makes 5 % less of it.
 *
 * Codes: 0x80 to 0xe3 for the 100 most frequent words; for the others 0xe4 to 0xff, then 0x80 to 0xff.
 * The launcher, in Python, puts the words back.
 */
export interface WordCoded {
  /** In the order of their codes. */
  readonly words: readonly string[];
  readonly bytes: Buffer;
}

const SINGLES = 100;
const FIRST = 0x80;
const FIRST_OF_PAIR = FIRST + SINGLES;
const PAIR_SIZE = 0x80;
const MAX_WORDS = SINGLES + (0x100 - FIRST_OF_PAIR) * PAIR_SIZE;

const WORD = /[A-Za-z_]\w+/g;
/** Characters that a word must save before it is worth a line of the table. */
const MIN_SAVED = 10;

/**
 * Codes the words that it pays for.
 *
 * @throws Error for a text that is not ASCII, whose bytes the codes would be mixed up with
 */
export const codeWords = (text: string): WordCoded => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (!/^[\u0000-\u007f]*$/.test(text)) throw new Error('The text is not ASCII.');
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(WORD)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const frequent = [...counts]
    .filter(([word, count]) => (count - 1) * word.length > MIN_SAVED)
    .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (a < b ? -1 : 1))
    .slice(0, MAX_WORDS)
    .map(([word]) => word);
  // In the order of the alphabet the table itself is smaller.
  const words = [...frequent.slice(0, SINGLES).sort(), ...frequent.slice(SINGLES).sort()];
  const codes = new Map(words.map((word, index) => [word, codeOf(index)]));
  return {
    words,
    bytes: Buffer.from(
      text.replace(WORD, (word) => codes.get(word) ?? word),
      'latin1',
    ),
  };
};

const codeOf = (index: number): string => {
  if (index < SINGLES) return String.fromCharCode(FIRST + index);
  const rest = index - SINGLES;
  return String.fromCharCode(
    FIRST_OF_PAIR + Math.floor(rest / PAIR_SIZE),
    FIRST + (rest % PAIR_SIZE),
  );
};
