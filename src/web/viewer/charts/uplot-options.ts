import type uPlot from 'uplot';
import { colorOf } from '../../kit/theme/theme.ts';
import type { ChartSettings } from './chart-settings.ts';
import { SYNC_KEY } from './plots.ts';
import type { Series } from './series.ts';
import { takeFingers } from './steer.ts';
import type { ChartTable } from './table.ts';
import { writeTick, xTicks } from './ticks.ts';

/** With more lines bands would hide each other. */
const MOST_BANDS = 6;

export interface ChartLook {
  readonly settings: ChartSettings;
  readonly table: ChartTable;
  readonly series: readonly Series[];
  /** Colour number of each run. */
  readonly colors: ReadonlyMap<string, number>;
  readonly yRange: readonly [number, number] | undefined;
  readonly onHover: (index: number | null) => void;
  readonly onZoom: (range: readonly [number, number] | null) => void;
}

/** Columns for uPlot: x, then for each run the band's edges, the raw line and the smooth one. */
export const dataOf = ({ table, settings }: ChartLook): uPlot.AlignedData => {
  const columns = table.lines.flatMap((line) => [
    ...(bandedIn(table) && line.max !== null && line.min !== null ? [line.max, line.min] : []),
    ...(settings.smoothing > 0 ? [line.raw] : []),
    line.smooth,
  ]);
  return [table.x, ...columns] as unknown as uPlot.AlignedData;
};

const bandedIn = ({ lines }: ChartTable): boolean => lines.length <= MOST_BANDS;

/** What of a look the options depend on: for another a plot is made anew. */
export const shapeOf = ({ table, settings, colors }: ChartLook): unknown => [
  table.lines.map((line) => [line.run, colors.get(line.run), line.max !== null, isDotted(line)]),
  [settings.x, settings.smoothing > 0, settings.logX, settings.logY],
];

/** A line of one or two points is hardly one. */
const isDotted = ({ smooth }: ChartTable['lines'][number]): boolean =>
  smooth.filter((value) => value !== null).length <= 2;

/** All that uPlot needs to draw a chart, but for its size. `look` gives the latest. Reads the theme. */
export const optionsOf = (look: () => ChartLook): Omit<uPlot.Options, 'width' | 'height'> => {
  const { settings } = look();
  const ink = colorOf('--ink-faint');
  const grid = { stroke: colorOf('--line'), width: 1 };
  const axis = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font: '11px system-ui' };
  const { series, bands } = seriesOf(look());
  return {
    legend: { show: false },
    padding: [8, 12, 0, 0],
    cursor: {
      sync: { key: SYNC_KEY, scales: ['x', null] },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      focus: { prox: 16 },
    },
    scales: {
      x: {
        time: settings.x === 'wall',
        distr: settings.logX ? 3 : 1,
        range: (_, low, high) => xRangeOf(look(), low, high),
      },
      y: {
        distr: settings.logY ? 3 : 1,
        ...(settings.logY ? {} : { range: (_, low, high) => yRangeOf(look(), low, high) }),
      },
    },
    axes: [
      { ...axis, size: 28, ...xTicks(settings.x) },
      { ...axis, size: 52, values: (_, splits) => splits.map(writeTick) },
    ],
    series: [{}, ...series],
    bands,
    hooks: {
      draw: [(plot) => drawMarks(plot, look())],
      setCursor: [(plot) => look().onHover(plot.cursor.idx ?? null)],
      setSelect: [(plot) => takeSelection(plot, look().onZoom)],
      ready: [
        ({ over }) => {
          over.addEventListener('dblclick', () => look().onZoom(null));
          takeFingers(over);
        },
      ],
    },
  };
};

/** What is zoomed to, else all; a single point gets some room. */
const xRangeOf = ({ settings }: ChartLook, low: number, high: number): uPlot.Range.MinMax => {
  if (settings.range !== null) return [...settings.range];
  if (low < high) return [low, high];
  return settings.logX ? [low / 2, high * 2] : [low - 1, high + 1];
};

/** A metric that never changes is a line in the middle, not at the foot of 0 to 100. */
const yRangeOf = (
  { yRange }: ChartLook,
  low: number | null,
  high: number | null,
): uPlot.Range.MinMax => {
  if (yRange !== undefined) return [...yRange];
  // uPlot gives null where nothing finite is in sight.
  if (low === null || high === null) return [-1, 1];
  const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
};

const seriesOf = ({ table, settings, colors }: ChartLook) => {
  const series: uPlot.Series[] = [];
  const bands: uPlot.Band[] = [];
  for (const line of table.lines) {
    const { run, min, max } = line;
    const color = colorOf(`--series-${colors.get(run) ?? 1}`);
    const plain = { spanGaps: true, points: { show: false } };
    if (bandedIn(table) && min !== null && max !== null) {
      series.push({ ...plain, width: 0 }, { ...plain, width: 0 });
      bands.push({ series: [series.length - 1, series.length], fill: withAlpha(color, 0.16) });
    }
    if (settings.smoothing > 0) {
      series.push({ ...plain, stroke: withAlpha(color, 0.28), width: 1 });
    }
    series.push({
      spanGaps: true,
      stroke: color,
      width: 1.5,
      points: { show: isDotted(line), size: 6, fill: color, stroke: color },
    });
  }
  return { series, bands };
};

/** `rgb(1, 2, 3)` as browsers compute it, with some of it taken away. */
const withAlpha = (color: string, alpha: number): string =>
  color.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);

/** NaN at the foot as a cross, infinities as arrows at the edge that they left by. */
const drawMarks = (plot: uPlot, { series, colors }: ChartLook): void => {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  for (const { run, nonFinite } of series) {
    ctx.fillStyle = ctx.strokeStyle = colorOf(`--series-${colors.get(run) ?? 1}`);
    ctx.lineWidth = 1.5 * ratio;
    nonFinite.x.forEach((x, i) => {
      const left = plot.valToPos(x, 'x', true);
      if (left < bbox.left || left > bbox.left + bbox.width) return;
      const kind = nonFinite.kind[i];
      const size = 4 * ratio;
      const top = kind === 'inf' ? bbox.top + size : bbox.top + bbox.height - size;
      ctx.beginPath();
      if (kind === 'nan') {
        ctx.moveTo(left - size / 1.4, top - size / 1.4);
        ctx.lineTo(left + size / 1.4, top + size / 1.4);
        ctx.moveTo(left + size / 1.4, top - size / 1.4);
        ctx.lineTo(left - size / 1.4, top + size / 1.4);
        ctx.stroke();
        return;
      }
      const tip = kind === 'inf' ? -size : size;
      ctx.moveTo(left, top + tip);
      ctx.lineTo(left - size, top - tip / 2);
      ctx.lineTo(left + size, top - tip / 2);
      ctx.fill();
    });
  }
  ctx.restore();
};

const MIN_SELECTION_PX = 4;

const takeSelection = (plot: uPlot, onZoom: ChartLook['onZoom']): void => {
  const { left, width } = plot.select;
  if (width < MIN_SELECTION_PX) return;
  const range = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')] as const;
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onZoom(range);
};
