import type { Series } from './series.ts';
import { smooth } from './smooth.ts';

/** Columns over one x, as uPlot takes them; null: nothing there. */
export interface ChartTable {
  readonly x: readonly number[];
  readonly lines: ReadonlyArray<{
    readonly run: string;
    readonly raw: ReadonlyArray<number | null>;
    readonly smooth: ReadonlyArray<number | null>;
    readonly min: ReadonlyArray<number | null> | null;
    readonly max: ReadonlyArray<number | null> | null;
  }>;
}

/**
 * Puts the series of one chart over the union of their x. Where several points of a series share an
 * x the last one stands. On a logarithmic axis what is not above zero cannot be drawn.
 */
export const tableOf = (
  series: readonly Series[],
  how: { readonly smoothing: number; readonly logX: boolean; readonly logY: boolean },
): ChartTable => {
  const isDrawable = (x: number) => !how.logX || x > 0;
  // Where there is no number there is a mark: it has its place, too.
  const x = unionOf(series.flatMap((one) => [one.x, one.nonFinite.x])).filter(isDrawable);
  const places = new Map(x.map((value, i) => [value, i]));
  const spread = (one: Series, values: readonly number[]) => {
    const column: (number | null)[] = new Array(x.length).fill(null);
    values.forEach((value, i) => {
      const place = places.get(one.x[i] ?? Number.NaN);
      if (place !== undefined && (!how.logY || value > 0)) column[place] = value;
    });
    return column;
  };
  return {
    x,
    lines: series.map((one) => ({
      run: one.run,
      raw: spread(one, one.last),
      smooth: spread(one, smooth(one.x, one.last, how.smoothing)),
      min: one.min && spread(one, one.min),
      max: one.max && spread(one, one.max),
    })),
  };
};

const unionOf = (lists: ReadonlyArray<readonly number[]>): readonly number[] =>
  [...new Set(lists.flat())].sort((a, b) => a - b);

/**
 * Range of y without outliers: from the 1st to the 99th hundredth of what is drawn, with some room;
 * undefined where there is nothing to go by.
 */
export const clippedRange = (
  columns: ReadonlyArray<ReadonlyArray<number | null>>,
): readonly [number, number] | undefined => {
  const values = columns.flat().filter((value) => value !== null);
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (values.length - 1))];
  const [low, high] = [at(0.01), at(0.99)];
  if (low === undefined || high === undefined) return undefined;
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  return [low - room, high + room];
};

/** The series of a chart as CSV, one line a point. */
export const csvOf = (series: readonly Series[], xName: string): string => {
  const rows = series.flatMap((one) =>
    one.x.map((x, i) => {
      const last = one.last[i] ?? '';
      const [min, max] = [one.min?.[i] ?? last, one.max?.[i] ?? last];
      return [quote(one.run), quote(one.metric), x, last, min, max].join(',');
    }),
  );
  return [`run,metric,${xName},value,min,max`, ...rows, ''].join('\n');
};

/** A leading apostrophe keeps spreadsheets from running what a file holds. */
const quote = (text: string): string =>
  `"${(/^[=+\-@\t]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
