import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress, queryValue } from '../../../src/web/kit/address.ts';
import {
  counted,
  formatAge,
  formatBytes,
  formatDuration,
  formatMetric,
  formatNumber,
} from '../../../src/web/kit/format.ts';
import { compareNaturally } from '../../../src/web/kit/natural-order.ts';
import { tableKeyAction } from '../../../src/web/kit/table/table-model.ts';
import { scrollTopFor, visibleRows } from '../../../src/web/kit/visible-rows.ts';

describe('an address', () => {
  test.each([
    [['run', 'runs', 'cv', 'a b?#%41'], { tab: 'logs' }],
    [['runs'], { q: 'lr < 0.01 and "x y" = ü', col: ['a:b', 'c&d'] }],
    [['runs'], {}],
  ])('is read as it was written: %j %j', (path, query) => {
    const { path: readPath, query: readQuery } = parseAddress(formatAddress(path, query));
    expect(readPath).toEqual(path);
    const asLists = Object.entries(query).map(([name, value]) => [name, [value].flat()]);
    expect(Object.entries(readQuery)).toEqual(asLists);
  });

  test('leaves out what is empty, and survives what cannot be decoded', () => {
    expect(formatAddress(['runs'], { a: '', b: null, c: undefined, d: 0 })).toBe('#/runs?d=0');
    expect(parseAddress('#/run/%E0%A4%A').path).toEqual(['run', '%E0%A4%A']);
    const hostile = parseAddress('#/runs?__proto__=1&toString=2');
    expect(queryValue(hostile, '__proto__')).toBe('1');
    expect(queryValue(parseAddress(''), 'toString')).toBe('');
  });
});

describe('values', () => {
  test('are short and right in their first digits', () => {
    const numbers = [0, 3, -3, 0.1, 0.123456, 12.3456, 1234.56, 1e-7, 1.5e-4, 2.5e9, -0.5, 1e6];
    expect(numbers.map(formatNumber)).toEqual([
      ...['0', '3', '−3', '0.1', '0.1235', '12.346', '1234.6', '1e-7', '1.5e-4', '2.5e9'],
      ...['−0.5', '1000000'],
    ]);
    expect([Number.NaN, Number.NEGATIVE_INFINITY, null].map(formatNumber)).toEqual([
      'NaN',
      '−∞',
      '–',
    ]);
    expect([0.7, 3, 1e-5, -0.25].map(formatMetric)).toEqual(['0.7000', '3', '1e-5', '−0.2500']);
  });

  test('have units that people read', () => {
    expect([0.25, 5.5, 59.7, 65, 3_700, 90_000, -1, null].map(formatDuration)).toEqual([
      ...['250 ms', '5.5 s', '1 min 00 s', '1 min 05 s', '1 h 01 min', '1 d 01 h', '–', '–'],
    ]);
    expect([0, 1023, 1024, 1_536, 1024 ** 3 * 250, null].map(formatBytes)).toEqual([
      ...['0 B', '1023 B', '1.0 KB', '1.5 KB', '250 GB', '–'],
    ]);
    const now = 1e9;
    const ages = [0, 60, 3_600, 86_400, 90 * 86_400, 800 * 86_400].map((age) =>
      formatAge(now - age, now),
    );
    expect(ages).toEqual(['now', '1 min', '1 h', '1 d', '3 mo', '2 y']);
    expect([counted(1, 'run'), counted(20_000, 'run')]).toEqual(['1 run', '20 000 runs']);
  });
});

describe('rows in sight', () => {
  const list = { rowHeight: 30, count: 1_000, overscan: 5 };

  test('are those of the window and a few around it', () => {
    expect(visibleRows({ ...list, scrollTop: 3_000, height: 300 })).toEqual({
      first: 95,
      end: 115,
    });
    expect(visibleRows({ ...list, scrollTop: 0, height: 300 })).toEqual({ first: 0, end: 15 });
  });

  test('are the last ones where the list became shorter than it was scrolled', () => {
    expect(visibleRows({ ...list, count: 20, scrollTop: 9_000, height: 300 })).toEqual({
      first: 5,
      end: 20,
    });
    expect(visibleRows({ ...list, count: 0, scrollTop: 9_000, height: 300 })).toEqual({
      first: 0,
      end: 0,
    });
  });

  test('move as little as is needed to show one more', () => {
    const view = { scrollTop: 300, height: 300, rowHeight: 30, covered: 30 };
    expect(scrollTopFor({ ...view, row: 2 })).toBe(60);
    expect(scrollTopFor({ ...view, row: 12 })).toBe(300);
    expect(scrollTopFor({ ...view, row: 25 })).toBe(510);
  });
});

describe('keys in a table', () => {
  const press = (key: string, at: number, shiftKey = false) =>
    tableKeyAction({ key, shiftKey }, { at, count: 10, page: 4 });

  test('move the cursor and stop at both ends', () => {
    const to = (key: string, at: number) => press(key, at) as { to: number };
    expect(to('j', -1).to).toBe(0);
    expect(to('ArrowUp', 0).to).toBe(0);
    expect(to('PageDown', 8).to).toBe(9);
    expect(to('Home', 5).to).toBe(0);
    expect(press('ArrowDown', 3, true)).toEqual({ kind: 'move', to: 4, extend: true });
  });

  test('open, tick, and leave the others to the page', () => {
    expect(press('Enter', 3)).toEqual({ kind: 'open' });
    expect(press(' ', 3)).toEqual({ kind: 'toggle' });
    expect(press('q', 3)).toBeUndefined();
  });
});

test('texts are in the order in which people count', () => {
  const names = ['run 10', 'Run 2', 'layer', 'run 1'];
  expect(names.sort(compareNaturally)).toEqual(['layer', 'run 1', 'Run 2', 'run 10']);
});
