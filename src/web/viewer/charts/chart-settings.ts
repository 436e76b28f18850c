import { computed } from '@preact/signals';
import { queryValue } from '../../kit/address.ts';
import { address, setQuery } from '../../kit/location.ts';
import type { XAxis } from './series.ts';

/** How all charts of a page are drawn; kept in its address. */
export interface ChartSettings {
  readonly x: XAxis;
  /** 0 to below 1. */
  readonly smoothing: number;
  readonly logX: boolean;
  readonly logY: boolean;
  /** Leaves outliers outside. */
  readonly clip: boolean;
  /** Words that the names of metrics must hold. */
  readonly filter: string;
  /** Range of x in sight; null: all. */
  readonly range: readonly [number, number] | null;
}

const AXES: readonly XAxis[] = ['step', 'relative', 'wall', 'epoch'];

export const chartSettings = computed<ChartSettings>(() => {
  const value = (name: string) => queryValue(address.value, name);
  const smoothing = Number(value('smooth'));
  const range = value('zoom').split('..').map(Number);
  const [from = Number.NaN, to = Number.NaN] = range;
  return {
    x: AXES.find((axis) => axis === value('x')) ?? 'step',
    smoothing: smoothing > 0 && smoothing < 1 ? smoothing : 0,
    logX: value('logx') === '1',
    logY: value('logy') === '1',
    clip: value('clip') === '1',
    filter: value('metric'),
    range: range.length === 2 && from < to ? [from, to] : null,
  };
});

/** Changes some of them. Another axis has another range. */
export const setChartSettings = (change: Partial<ChartSettings>): void => {
  const flag = (on: boolean | undefined) => (on === undefined ? {} : on ? '1' : null);
  const range = 'x' in change ? null : change.range;
  setQuery({
    ...(change.x === undefined ? {} : { x: change.x === 'step' ? null : change.x }),
    ...(change.smoothing === undefined ? {} : { smooth: change.smoothing || null }),
    ...named('logx', flag(change.logX)),
    ...named('logy', flag(change.logY)),
    ...named('clip', flag(change.clip)),
    ...(change.filter === undefined ? {} : { metric: change.filter }),
    ...(range === undefined ? {} : { zoom: range === null ? null : range.join('..') }),
  });
};

const named = (name: string, value: string | null | Record<string, never>) =>
  typeof value === 'object' && value !== null ? {} : { [name]: value };
