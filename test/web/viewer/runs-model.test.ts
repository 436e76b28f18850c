import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/web/kit/address.ts';
import { groupRuns, isBelow, meanOf, sortRuns } from '../../../src/web/viewer/runs/arrange.ts';
import {
  columnTitle,
  defaultColumns,
  fieldOfColumn,
} from '../../../src/web/viewer/runs/columns.ts';
import { completionsAt } from '../../../src/web/viewer/runs/filter/completions.ts';
import { BASE_FIELDS, columnField } from '../../../src/web/viewer/runs/filter/fields.ts';
import { pathLines } from '../../../src/web/viewer/runs/path-tree.ts';
import { applyAnswer, NO_RUNS } from '../../../src/web/viewer/runs/run-list.ts';
import { nextSort, readView, writeSort } from '../../../src/web/viewer/runs/view.ts';
import { sampleNames, sampleRun } from './sample-runs.ts';

const answer = (runs: readonly string[], more: object = {}) => ({
  cursor: 'c1',
  reset: false,
  scan: { complete: true, found: runs.length, read: runs.length },
  pending: 0,
  columns: { run: runs, id: runs, status: runs.map(() => 'finished'), tags: runs.map(() => ['a']) },
  extra: {},
  removed: [],
  ...more,
});

describe('the list of runs', () => {
  test('takes deltas: new ones, changed ones, removed ones, and starts anew on reset', () => {
    const first = applyAnswer(NO_RUNS, answer(['a', 'b'], { reset: true }));
    const second = applyAnswer(first, answer(['b', 'c'], { cursor: 'c2', removed: ['a'] }));
    expect([...second.runs.keys()]).toEqual(['b', 'c']);
    expect(second.cursor).toBe('c2');
    expect([...first.runs.keys()]).toEqual(['a', 'b']);
    expect([...applyAnswer(second, answer(['d'], { reset: true })).runs.keys()]).toEqual(['d']);
  });

  test('adds columns that were asked for later, without taking their cursor for its own', () => {
    const first = applyAnswer(NO_RUNS, answer(['a', 'b']));
    const late = answer(['a', 'b', 'new'], {
      cursor: 'c9',
      extra: { 'config:lr': [0.1, null, 1] },
    });
    const { runs, cursor } = applyAnswer(
      first,
      { ...late, columns: { run: ['a', 'b', 'new'] } },
      'values',
    );
    expect(cursor).toBe('c1');
    expect([...runs.keys()]).toEqual(['a', 'b']);
    expect(runs.get('a')).toMatchObject({ status: 'finished', values: { 'config:lr': 0.1 } });
    const next = applyAnswer(first, answer(['a'], { extra: { 'metric:loss:last': [2] } }));
    expect(next.runs.get('a')?.values['metric:loss:last']).toBe(2);
  });

  test('keeps its form whatever the server sends', () => {
    const columns = {
      run: ['a'],
      id: [null],
      tags: 'x',
      status: [{}],
      createdAt: ['now'],
      alias: [7],
    };
    const { runs } = applyAnswer(NO_RUNS, { columns, extra: { __proto__: 1, 'config:x': [{}] } });
    expect(runs.get('a')).toMatchObject({
      ...{ id: 'a', tags: [], status: '[object Object]', createdAt: null, alias: '7' },
      values: { 'config:x': null },
    });
    for (const nothing of [null, 3, 'x', []])
      expect(applyAnswer(NO_RUNS, nothing).runs.size).toBe(0);
  });
});

describe('order and groups', () => {
  const field = columnField('config:x');
  const withX = (x: number | string | boolean | null, key: string) =>
    sampleRun({ key, values: { 'config:x': x } });
  const runs = [
    withX(3, 'a'),
    withX(null, 'b'),
    withX('run 10', 'c'),
    withX('run 2', 'd'),
    withX(-1, 'e'),
  ];
  const keys = (direction: 'ascending' | 'descending') =>
    sortRuns(runs, { field, direction, now: 0 }).map(({ key }) => key);

  test('have numbers in their order, texts as people count, and nothing at the end', () => {
    expect(keys('ascending')).toEqual(['e', 'a', 'd', 'c', 'b']);
    expect(keys('descending')).toEqual(['c', 'd', 'a', 'e', 'b']);
  });

  test('part runs by what they share', () => {
    const tag = BASE_FIELDS.tag;
    if (tag === undefined) throw new Error('Runs have tags');
    const tagged = [['b'], [], ['a', 'b'], ['b']].map((tags, i) =>
      sampleRun({ tags, key: `${i}` }),
    );
    const groups = groupRuns(tagged, { field: tag, now: 0, write: (value) => String(value) });
    expect(groups.map(({ title, runs: members }) => [title, members.length])).toEqual([
      ['a, b', 1],
      ['b', 2],
      ['null', 1],
    ]);
    expect(meanOf([1, 'x', null, 3])).toBe(2);
    expect(meanOf(['x'])).toBeNull();
  });

  test('turn with each click on a title and then go back to the newest first', () => {
    const click = { key: 'best', isText: false };
    const first = { key: 'created', direction: 'descending' } as const;
    const once = nextSort(first, click);
    const twice = nextSort(once, click);
    expect([once, twice, nextSort(twice, click)].map(writeSort)).toEqual(['-best', 'best', '']);
    expect(readView(parseAddress('#/runs?sort=-best')).sort).toEqual(once);
  });
});

describe('the tree of paths', () => {
  const lines = (paths: readonly string[], open: readonly string[] = []) =>
    pathLines(paths, {
      title: 'All',
      isOpen: (key) => open.includes(key),
      detail: (_, runs) => ({ detail: runs }),
    }).map(({ label, depth, detail, isOpen }) => [label, depth, detail, isOpen]);

  test('counts all below a path, and joins what has nothing beside it', () => {
    expect(
      lines(['cv/yolo', 'cv/yolo', 'cv/vit/10', 'cv/vit/9', 'a/b/c', ''], ['cv', 'cv/vit']),
    ).toEqual([
      ['All', 0, 6, true],
      ['a/b/c', 1, 1, null],
      ['cv', 1, 4, true],
      ['vit', 2, 2, true],
      ['9', 3, 1, null],
      ['10', 3, 1, null],
      ['yolo', 2, 2, null],
    ]);
    expect(lines([])).toEqual([['All', 0, 0, null]]);
  });

  test('does not take a name for the beginning of another', () => {
    expect(['cv', 'cv/a', 'cv2', 'c'].map((path) => isBelow(path, 'cv'))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isBelow('anything', '')).toBe(true);
  });
});

describe('columns', () => {
  test('are titled by what they show, also with colons in their names', () => {
    expect(columnTitle('metric:a:b:min').title).toBe('a:b min');
    expect(columnTitle('metric:loss:last').title).toBe('loss');
    expect(columnTitle('config:net.width').title).toBe('net.width');
    expect(fieldOfColumn('metric:loss:median')).toBeUndefined();
    expect(fieldOfColumn('constructor')).toBeUndefined();
  });

  test('begin with the metrics that most runs have', () => {
    expect(defaultColumns(sampleNames).filter((id) => id.startsWith('metric:'))).toEqual([
      'metric:loss:last',
      'metric:val/acc:last',
      'metric:lr:last',
    ]);
  });
});

describe('what is offered while a filter is typed', () => {
  const runs = [sampleRun({ status: 'failed' }), sampleRun(), sampleRun()];
  const offered = (text: string) =>
    completionsAt(text, text.length, { names: sampleNames, runs }).map(({ insert }) => insert);

  test('are names at the place of a name, in quotes where they need them', () => {
    expect(offered('lr < 1 and gra')).toEqual(['"grad norm"']);
    expect(offered('sta')).toEqual(['status', 'started']);
    expect(offered('status')).toEqual([]);
    expect(offered('')).toEqual([]);
  });

  test('are values after an operator, the most frequent first', () => {
    expect(offered('status = ')).toEqual(['finished', 'failed']);
    expect(offered('status = fa')).toEqual(['failed']);
    expect(offered('nothing = ')).toEqual([]);
    expect(offered('name = "unfinished')).toEqual([]);
  });
});
