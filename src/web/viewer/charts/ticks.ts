import type uPlot from 'uplot';
import { formatDuration, formatNumber, formatTime } from '../../kit/format.ts';
import type { XAxis } from './series.ts';

/** Where ticks of x stand, and what is written at them. */
export const xTicks = (x: XAxis): Pick<uPlot.Axis, 'values' | 'incrs' | 'space'> => {
  if (x === 'wall') {
    return { values: (_, splits, _axis, _space, gap) => splits.map((at) => writeClock(at, gap)) };
  }
  const isTime = x === 'relative';
  return {
    values: (_, splits) => splits.map(isTime ? writeShortly : writeTick),
    ...(isTime && { incrs: DURATIONS, space: 80 }),
    ...(x === 'step' && { incrs: WHOLE }),
  };
};

/** Between ticks: there is no step 1.5, and 15 min are rounder than 1000 s. */
const WHOLE = Array.from({ length: 15 }, (_, i) => [1, 2, 5].map((one) => one * 10 ** i)).flat();
const MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720].map((one) => one * 60);
const DURATIONS = [
  ...[0.001, 0.01, 0.1, 1, 5, 10, 30],
  ...MINUTES,
  ...WHOLE.map((days) => days * 86_400),
];

/** The time of day, with seconds where ticks are that close; the date where a day begins. */
const writeClock = (at: number, gap: number): string => {
  const [day = '', time = ''] = formatTime(at).split(' ');
  if (gap >= 86_400 || time === '00:00') return day.slice(5);
  return gap < 60 ? `${time}:${String(Math.floor(at % 60)).padStart(2, '0')}` : time;
};

/** `1 h`, not `1 h 00 min`. */
const writeShortly = (seconds: number | null): string =>
  seconds === null ? '' : seconds === 0 ? '0' : formatDuration(seconds).replace(/ 00 \w+$/, '');

/** 12500 as 12.5k: axes have little room. */
export const writeTick = (value: number | null): string => {
  if (value === null) return '';
  const size = Math.abs(value);
  if (size >= 1e6 && size < 1e12) return `${formatNumber(value / 1e6)}M`;
  if (size >= 1e4 && size < 1e6) return `${formatNumber(value / 1e3)}k`;
  return formatNumber(value);
};
