/** A source of choices that a seed settles: the same seed, the same choices. */
export interface Random {
  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number;
  /** One of the list. */
  pick<T>(list: readonly [T, ...T[]]): T;
}

/** Mulberry32 (public domain): 32 bits of state are plenty for a few choices a sequence. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, pick: ([first, ...rest]) => [first, ...rest][below(rest.length + 1)] ?? first };
};
