import type uPlot from 'uplot';
import type { Shortcut } from '../../kit/shortcuts.ts';
import { chartSettings, setChartSettings } from './chart-settings.ts';
import { plotsInStep } from './plots.ts';

/** What the mouse does on a chart, by keys: as all charts go in step, one of them stands for all. */
export const chartShortcuts: readonly Shortcut[] = [
  { keys: '.', does: 'Values further right', run: () => go(1) },
  { keys: ',', does: 'Values further left', run: () => go(-1) },
  { keys: '+', does: 'Zoom in on them', run: () => zoomBy(0.5) },
  { keys: '-', does: 'Zoom out', run: () => chartSettings.value.range && zoomBy(2) },
  { keys: '0', does: 'Whole range', run: () => setChartSettings({ range: null }) },
];

/** The one with the most points has those of the others, too. */
const finestChart = (): uPlot | undefined =>
  [...plotsInStep()].sort((a, b) => b.data[0].length - a.data[0].length)[0];

/** Of many points so many steps; by each of them one goes where it is zoomed in. */
const STEPS = 60;

const go = (direction: 1 | -1): void => {
  const chart = finestChart();
  const [xs = []] = chart?.data ?? [];
  const at = chart?.cursor.idx ?? (direction > 0 ? -1 : xs.length);
  const next = at + direction * Math.ceil(xs.length / STEPS);
  const x = xs[Math.max(0, Math.min(xs.length - 1, next))];
  if (x === undefined || chart === undefined) return;
  // Its third parameter, whether the other charts are told, is not in uPlot's types.
  const setCursor = chart.setCursor as (at: object, isFired: boolean, isTold: boolean) => void;
  setCursor({ left: chart.valToPos(x, 'x'), top: 0 }, true, true);
};

const zoomBy = (factor: number): void => {
  const chart = finestChart();
  // What is in the address is on the chart a frame later.
  const [min, max] = chartSettings.value.range ?? [chart?.scales.x?.min, chart?.scales.x?.max];
  if (chart === undefined || min == null || max == null) return;
  const { left = -1 } = chart.cursor;
  const middle = left < 0 ? (min + max) / 2 : chart.posToVal(left, 'x');
  setChartSettings({
    range: [middle - (middle - min) * factor, middle + (max - middle) * factor],
  });
};

const AS_MOUSE = {
  touchstart: 'mousedown',
  touchmove: 'mousemove',
  touchend: 'mouseup',
  touchcancel: 'mouseup',
} as const;

/** A finger does on a chart what a mouse does. */
export const takeFingers = (over: HTMLElement): void => {
  for (const [touch, mouse] of Object.entries(AS_MOUSE)) {
    const onTouch = ({ changedTouches: [finger] }: TouchEvent): void => {
      const { clientX = 0, clientY = 0 } = finger ?? {};
      // Where nothing has moved, uPlot takes it for no move.
      const at = { clientX, clientY, movementX: 1, bubbles: true };
      over.dispatchEvent(new MouseEvent(mouse, at));
    };
    over.addEventListener(touch as keyof typeof AS_MOUSE, onTouch, { passive: true });
  }
};
