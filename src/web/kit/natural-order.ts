const LONGEST_NUMBER = 16;

/**
 * What sorts a text as people count, run 2 before run 10, by plain comparison. A collator takes half a
 * second for 20,000 names, and ten milliseconds of a page's start to be there at all.
 */
export const naturalKey = (text: string): string =>
  text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(LONGEST_NUMBER, '0'));

/** Compares few texts so; of many, sort the keys. */
export const compareNaturally = (a: string, b: string): number => {
  const [x, y] = [naturalKey(a), naturalKey(b)];
  return x < y ? -1 : Number(x > y);
};
