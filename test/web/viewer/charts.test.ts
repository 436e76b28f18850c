import { describe, expect, test } from 'vitest';
import { assignColors } from '../../../src/web/viewer/charts/colors.ts';
import { groupMetrics } from '../../../src/web/viewer/charts/metric-groups.ts';
import {
  mergeAnswer,
  type Series,
  type SeriesAnswer,
} from '../../../src/web/viewer/charts/series.ts';
import { smooth } from '../../../src/web/viewer/charts/smooth.ts';
import { clippedRange, csvOf, tableOf } from '../../../src/web/viewer/charts/table.ts';
import { xTicks } from '../../../src/web/viewer/charts/ticks.ts';
import { configDifference } from '../../../src/web/viewer/compare/config-difference.ts';

const line = (run: string, x: readonly number[], last: readonly number[]): Series => ({
  ...{ run, metric: 'loss', points: x.length, x, last, min: null, max: null },
  nonFinite: { x: [], kind: [] },
});

describe('the axis of x', () => {
  const written = (axis: Parameters<typeof xTicks>[0], ticks: readonly number[], gap = 1) => {
    const { values } = xTicks(axis);
    if (typeof values !== 'function') throw new Error('no function writes the values');
    return values(null as never, [...ticks], 0, 0, gap);
  };

  test('has ticks at round times, written as short as they are', () => {
    expect(written('relative', [0, 900, 3600, 5400, 172_800])).toEqual(
      ['0', '15 min', '1 h', '1 h 30 min', '2 d'], // biome-ignore format: as it stands
    );
    expect(xTicks('relative').incrs).toContain(900);
    expect(xTicks('relative').incrs).not.toContain(1000);
  });

  test('has no ticks between steps', () => {
    expect(xTicks('step').incrs).toContain(1);
    expect(xTicks('step').incrs).not.toContain(0.5);
    expect(written('step', [0, 500, 20_000])).toEqual(['0', '500', '20k']);
  });

  test('tells the time of day, and the date where a day begins', () => {
    const midnight = new Date(2026, 0, 31).getTime() / 1000;
    expect(written('wall', [midnight, midnight + 3600], 3600)).toEqual(['01-31', '01:00']);
    expect(written('wall', [midnight + 65], 5)).toEqual(['00:01:05']);
    expect(written('wall', [midnight + 43_200], 86_400)).toEqual(['01-31']);
  });
});

describe('smoothing', () => {
  test('is the plain moving average where points are evenly spaced', () => {
    const [first, second, third] = smooth([0, 1, 2], [4, 0, 0], 0.5);
    expect(first).toBe(4);
    expect(second).toBeCloseTo((4 * 0.5) / 1.5);
    expect(third).toBeCloseTo((4 * 0.25) / 1.75);
  });

  test('forgets more of the past behind a gap', () => {
    const near = smooth([0, 1, 2, 10], [1, 0, 0, 0], 0.9)[1] ?? 0;
    const far = smooth([0, 8, 9, 10], [1, 0, 0, 0], 0.9)[1] ?? 0;
    expect(far).toBeLessThan(near);
  });

  test('leaves a constant and an amount of 0 alone', () => {
    expect(smooth([0, 1, 5], [2, 2, 2], 0.99)).toEqual([2, 2, 2].map((y) => expect.closeTo(y)));
    const y = [1, 5];
    expect(smooth([0, 1], y, 0)).toBe(y);
    expect(smooth([3], [1], 0.9)).toEqual([1]);
  });
});

describe('the table of a chart', () => {
  test('holds runs over the union of their x, with nothing where a run has no point', () => {
    const plain = { smoothing: 0, logX: false, logY: false };
    const table = tableOf([line('a', [1, 3], [10, 30]), line('b', [2, 3], [5, 6])], plain);
    expect(table.x).toEqual([1, 2, 3]);
    expect(table.lines.map(({ raw }) => raw)).toEqual([
      [10, null, 30],
      [null, 5, 6],
    ]);
  });

  test('has a place for what is no number', () => {
    const odd = { ...line('a', [2], [1]), nonFinite: { x: [1, 5], kind: ['nan', 'inf'] as const } };
    const table = tableOf([odd], { smoothing: 0, logX: false, logY: false });
    expect(table.x).toEqual([1, 2, 5]);
    expect(table.lines[0]?.raw).toEqual([null, 1, null]);
  });

  test('leaves out what a logarithmic axis cannot show', () => {
    const log = { smoothing: 0, logX: true, logY: true };
    const table = tableOf([line('a', [0, 1, 2], [1, -1, 3])], log);
    expect(table.x).toEqual([1, 2]);
    expect(table.lines[0]?.raw).toEqual([null, 3]);
  });

  test('is clipped to where most values are', () => {
    const values = [...Array.from({ length: 200 }, (_, i) => i / 200), 1e9];
    const [low, high] = clippedRange([values, [null]]) ?? [Number.NaN, Number.NaN];
    expect(low).toBeLessThan(0.02);
    expect(high).toBeLessThan(1.2);
    expect(clippedRange([[null]])).toBeUndefined();
  });

  test('is saved as text that no spreadsheet runs', () => {
    const text = csvOf([{ ...line('=cmd()', [1], [2]), min: [1], max: [3] }], 'step');
    expect(text).toBe('run,metric,step,value,min,max\n"\'=cmd()","loss",1,2,1,3\n');
  });
});

describe('answers of the server', () => {
  const answer = (delta: Partial<SeriesAnswer['series'][number]>): SeriesAnswer => ({
    extent: [0, 9],
    series: [{ ...line('a', [], []), replaceFrom: null, ...delta }],
    progress: [],
    cursor: 'c',
  });

  test('add to what is known from an x on, and replace it where they say so', () => {
    const first = mergeAnswer(new Map(), answer({ x: [0, 1, 2], last: [10, 11, 12] }));
    const grown = mergeAnswer(first, answer({ replaceFrom: 2, x: [2, 3], last: [13, 14] }));
    expect(grown.get('loss')?.get('a')).toMatchObject({ x: [0, 1, 2, 3], last: [10, 11, 13, 14] });
    const anew = mergeAnswer(grown, answer({ x: [5], last: [1] }));
    expect(anew.get('loss')?.get('a')).toMatchObject({ x: [5], last: [1] });
    expect(first.get('loss')?.get('a')?.x).toEqual([0, 1, 2]);
  });

  test('get a band as soon as one of their buckets has one', () => {
    const first = mergeAnswer(new Map(), answer({ x: [0], last: [1] }));
    const delta = { replaceFrom: 1, x: [1], last: [5], min: [4], max: [6] };
    const grown = mergeAnswer(first, answer(delta)).get('loss')?.get('a');
    expect(grown).toMatchObject({ min: [1, 4], max: [1, 6] });
  });
});

describe('colours', () => {
  test('belong to a run, whatever the order, and differ while there are enough', () => {
    const keys = Array.from({ length: 10 }, (_, i) => `runs/x/${i}`);
    const colors = assignColors(keys);
    expect(new Set(colors.values()).size).toBe(10);
    expect(assignColors([...keys].reverse())).toEqual(colors);
    expect(assignColors(['runs/x/3'])).toEqual(assignColors(['runs/x/3', 'runs/x/3']));
  });

  test('are used again beyond ten', () => {
    const keys = Array.from({ length: 25 }, (_, i) => `runs/${i}`);
    const used = [...assignColors(keys).values()];
    expect(used).toHaveLength(25);
    expect(new Set(used).size).toBe(10);
  });
});

describe('metrics', () => {
  test('are grouped by the first word of their names, in the order of numbers', () => {
    expect(groupMetrics(['loss', 'val/b10', 'val/b2', 'lr'], '')).toEqual([
      { name: '', metrics: ['loss', 'lr'] },
      { name: 'val', metrics: ['val/b2', 'val/b10'] },
    ]);
    expect(groupMetrics(['epoch', 'loss', 'lr'], '')).toEqual([
      { name: '', metrics: ['loss', 'lr', 'epoch'] },
    ]);
    expect(groupMetrics(['epoch', 'val/a', 'val/b'], '').map(({ name }) => name)).toEqual([
      'val',
      '',
    ]);
    expect(groupMetrics(['loss', 'val/loss', 'val/acc', 'net/x'], 'L')).toEqual([
      { name: '', metrics: ['loss'] },
      { name: 'val', metrics: ['val/acc', 'val/loss'] },
    ]);
    expect(groupMetrics(['loss', 'val/loss', 'net/x'], 'LOSS val')).toEqual([
      { name: '', metrics: ['val/loss'] },
    ]);
  });
});

test('configs are compared by their values, also where a run has none', () => {
  const rows = configDifference([
    { lr: 0.1, seed: 1, net: 'a' },
    { lr: 0.2, seed: 1 },
  ]);
  expect(rows).toEqual([
    { key: 'lr', values: [0.1, 0.2] },
    { key: 'net', values: ['a', undefined] },
  ]);
});
