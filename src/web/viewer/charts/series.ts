import type { Query } from '../../kit/api-client.ts';

/** What the points of a chart are placed by. */
export type XAxis = 'step' | 'relative' | 'wall' | 'epoch';

/** One run's line of one metric, by buckets; see "Series" in src/builtin/API.md. */
export interface Series {
  readonly run: string;
  readonly metric: string;
  /** All that were logged, not only those in sight. */
  readonly points: number;
  readonly x: readonly number[];
  readonly last: readonly number[];
  /** null where every bucket holds one point. */
  readonly min: readonly number[] | null;
  readonly max: readonly number[] | null;
  readonly nonFinite: {
    readonly x: readonly number[];
    readonly kind: ReadonlyArray<'nan' | 'inf' | '-inf'>;
  };
}

interface SeriesDelta extends Series {
  /** null: in place of all; a number: what is below that x stays. */
  readonly replaceFrom: number | null;
}

/** Answer of `/api/series`. */
export interface SeriesAnswer {
  readonly extent: readonly [number, number] | null;
  readonly series: readonly SeriesDelta[];
  readonly progress: ReadonlyArray<{ readonly run: string; readonly complete: boolean }>;
  readonly cursor: string;
}

/** One question to `/api/series`. */
export interface SeriesQuestion {
  readonly runs: readonly string[];
  readonly metrics: readonly string[];
  readonly x: XAxis;
  readonly range: readonly [number, number] | null;
  /** Pixels. */
  readonly width: number;
}

export const queryOf = ({ runs, metrics, x, range, width }: SeriesQuestion): Query => ({
  run: runs,
  metric: metrics,
  x,
  width,
  ...(range === null ? {} : { from: range[0], to: range[1] }),
});

/** Series by metric, then by run. */
export type SeriesByMetric = ReadonlyMap<string, ReadonlyMap<string, Series>>;

/** Takes an answer in: what it replaces goes, what it adds comes. */
export const mergeAnswer = (known: SeriesByMetric, { series }: SeriesAnswer): SeriesByMetric => {
  const merged = new Map(known);
  for (const delta of series) {
    const byRun = new Map(merged.get(delta.metric));
    byRun.set(delta.run, mergeSeries(byRun.get(delta.run), delta));
    merged.set(delta.metric, byRun);
  }
  return merged;
};

const mergeSeries = (old: Series | undefined, { replaceFrom, ...delta }: SeriesDelta): Series => {
  if (old === undefined || replaceFrom === null) return delta;
  const kept = countBelow(old.x, replaceFrom);
  const keptMarks = countBelow(old.nonFinite.x, replaceFrom);
  const isBanded = old.min !== null || delta.min !== null;
  const join = (a: readonly number[], b: readonly number[]) => [...a.slice(0, kept), ...b];
  return {
    ...delta,
    x: join(old.x, delta.x),
    last: join(old.last, delta.last),
    min: isBanded ? join(old.min ?? old.last, delta.min ?? delta.last) : null,
    max: isBanded ? join(old.max ?? old.last, delta.max ?? delta.last) : null,
    nonFinite: {
      x: [...old.nonFinite.x.slice(0, keptMarks), ...delta.nonFinite.x],
      kind: [...old.nonFinite.kind.slice(0, keptMarks), ...delta.nonFinite.kind],
    },
  };
};

const countBelow = (sorted: readonly number[], limit: number): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
};
