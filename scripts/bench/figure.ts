/** What a figure must not exceed, or must reach. */
export interface Bound {
  readonly kind: 'at-most' | 'at-least';
  readonly value: number;
}

export type Unit = 's' | 'ms' | 'x' | '%' | 'MB' | 'MB/s' | 'kB' | '';

/** One outcome of the bench. */
export interface Figure {
  readonly topic: string;
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  /** Without one the figure is told for comparison only. */
  readonly bound?: Bound;
  /** What it is made of: the medians compared, the number of rounds. */
  readonly note?: string;
}

/** Whether a figure keeps its bound; undefined where it has none. */
export const isMet = ({ value, bound }: Figure): boolean | undefined => {
  if (bound === undefined) return undefined;
  return bound.kind === 'at-most' ? value <= bound.value : value >= bound.value;
};

/** The middle of the samples; of an even number, between the two in the middle. */
export const median = (samples: readonly number[]): number => percentile(samples, 50);

/** The value below which so many of a hundred samples lie, between neighbours by their distance. */
export const percentile = (samples: readonly number[], percent: number): number => {
  const sorted = [...samples].sort((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new Error('There are no samples.');
  return below + (above - below) * (place - Math.floor(place));
};

/**
 * How many times as much one took as the other: the median of the rounds' own ratios, in which a
 * load of the machine that lasts longer than a round cancels out.
 */
export const ratio = (samples: readonly number[], reference: readonly number[]): number =>
  median(samples.map((sample, round) => sample / (reference[round] ?? Number.NaN)));

/** The median of the rounds' own differences. */
export const difference = (samples: readonly number[], reference: readonly number[]): number =>
  median(samples.map((sample, round) => sample - (reference[round] ?? Number.NaN)));
