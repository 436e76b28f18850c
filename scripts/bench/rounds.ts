/** What is measured, and how many times. */
export interface RoundsInput<K extends string> {
  readonly rounds: number;
  /** Each gives one sample a round. */
  readonly contenders: Readonly<Record<K, () => Promise<number>>>;
  readonly signal: AbortSignal;
}

/**
 * Measures side by side: every round takes one sample of each contender, in an order that moves on
 * from round to round, so that a drift of the machine and the neighbour before favour nobody. One
 * round before, uncounted, fills the caches.
 */
export const measureRounds = async <K extends string>(
  input: RoundsInput<K>,
): Promise<Readonly<Record<K, readonly number[]>>> => {
  const { rounds, contenders, signal } = input;
  const names = Object.keys(contenders) as K[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    K,
    number[]
  >;
  for (let round = -1; round < rounds; round++) {
    const first = (round + 1) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      signal.throwIfAborted();
      const sample = await contenders[name]();
      if (round >= 0) samples[name].push(sample);
    }
  }
  return samples;
};
