import { describe, expect, test } from 'vitest';
import { compileFilter } from '../../../src/web/viewer/runs/filter/compile.ts';
import { parseFilter } from '../../../src/web/viewer/runs/filter/parse.ts';
import {
  parseBytes,
  parseDuration,
  parseTime,
} from '../../../src/web/viewer/runs/filter/quantities.ts';
import { FilterError } from '../../../src/web/viewer/runs/filter/tokens.ts';
import { finishedPart } from '../../../src/web/viewer/runs/filter/unfinished.ts';
import type { Run } from '../../../src/web/viewer/runs/run.ts';
import { sampleNames, sampleRun } from './sample-runs.ts';

const NOW = 2_000_000_000;

const matches = (text: string, run: Partial<Run> = {}): boolean =>
  compileFilter(parseFilter(text), sampleNames).matches(sampleRun(run), NOW);

const problemOf = (text: string): string => {
  try {
    compileFilter(parseFilter(text), sampleNames);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return `${error.message} @ ${text.slice(error.from, error.to) || 'end'}`;
  }
  throw new Error(`No problem with: ${text}`);
};

describe('a filter of words', () => {
  test('finds every word in name, path, tags or host, whatever the case', () => {
    const run = { alias: 'Baseline', tags: ['To-Keep'], path: 'cv/yolo', host: 'gpu1' };
    for (const text of ['base', 'YOLO keep', 'gpu1 abcdef', '"cv/yolo"', '']) {
      expect(matches(text, run), text).toBe(true);
    }
    expect(matches('base resnet', run)).toBe(false);
    expect(matches('not resnet', run)).toBe(true);
    expect(matches('resnet or yolo', run)).toBe(true);
  });
});

describe('a filter of conditions', () => {
  const run: Partial<Run> = {
    status: 'running',
    tags: ['best', 'to keep'],
    duration: 5_400,
    size: 3 * 1024 ** 3,
    createdAt: NOW - 3 * 86_400,
    values: {
      'config:lr': 0.001,
      'config:optimizer': 'AdamW',
      'config:net.width': 64,
      'metric:loss:last': 0.25,
      'metric:loss:min': 0.125,
      'metric:lr:last': 7,
      'metric:grad norm:max': 12,
      'summary:params': null,
    },
  };

  test.each([
    ['lr < 0.01 and status = running'],
    ['lr<0.01 status=running yolo'],
    ['lr = 1e-3'],
    ['config.lr = 0.001 and metric.lr = 7'],
    ['loss.min <= 0.125'],
    ['loss > 0.2 and not (loss >= 0.3 or status = failed)'],
    ['"grad norm.max" > 10'],
    ['optimizer = adamw'],
    ['optimizer ~ dam'],
    ['optimizer !~ sgd'],
    ['optimizer = adam*'],
    ['net.width in (32, 64)'],
    ['tag = best and tags = "to keep"'],
    ['tag != worst'],
    ['status in (failed, running)'],
    ['duration > 1h and duration <= 1h30m'],
    ['size > 2.5GB'],
    ['age < 1w'],
    ['created > 5d and created < 2d'],
    ['path = cv/* and path = */yolo and path = *v*l*'],
    ['params = none'],
    ['params != 3'],
    ['alias = none'],
  ])('finds a run by %s', (text) => {
    expect(matches(text, run)).toBe(true);
  });

  test.each([
    ['lr > 0.01'],
    ['tag != best'],
    ['optimizer = adam'],
    ['path = cv/*/yolo'],
    ['params < 3'],
    ['params > 3'],
    ['status = run'],
  ])('leaves a run out by %s', (text) => {
    expect(matches(text, run)).toBe(false);
  });

  test('binds "and" closer than "or"', () => {
    expect(matches('status = failed and lr > 1 or tag = best', run)).toBe(true);
    expect(matches('status = failed and (lr > 1 or tag = best)', run)).toBe(false);
  });

  test('names the columns that it needs of the server', () => {
    const { columns } = compileFilter(
      parseFilter('lr < 1 and (loss.max > 2 or not params = 3) and host = gpu1'),
      sampleNames,
    );
    expect(columns).toEqual(['config:lr', 'metric:loss:max', 'summary:params']);
  });
});

describe('a filter that cannot be read', () => {
  test.each([
    ['lr <', 'Expected a value after < @ end'],
    ['lr < and', 'No problem'],
    ['< 3', 'Expected a name before < @ <'],
    ['(status = running', 'This bracket is not closed @ ('],
    ['status = running)', 'This ) closes nothing @ )'],
    ['tag in (a b)', 'Expected a comma or a closing bracket @ b'],
    ['alias = "x', 'This quote has no end: " @ "x'],
    ['lr < 1 and', 'Expected a condition, such as status = running @ end'],
    ['los < 1', 'Nothing is called los; did you mean loss? @ los'],
    ['zebra = 1', 'No run has anything called zebra @ zebra'],
    ['duration > long', 'long is not a duration, such as 90s or 2h @ long'],
    ['size > big', 'big is not a size, such as 500MB @ big'],
    ['created > soon', 'soon is not a time, such as 2026-01-31, today or 7d @ soon'],
    ['pid = x', 'x is not a number @ x'],
  ])('says of %s what is wrong, and where', (text, problem) => {
    if (problem === 'No problem') expect(matches(text)).toBe(false);
    else expect(problemOf(text)).toBe(problem);
  });

  test('refuses brackets without end instead of running out of stack', () => {
    expect(problemOf('('.repeat(100_000))).toMatch(/^Too many conditions inside each other/);
  });
});

describe('quantities', () => {
  test('are read with their units', () => {
    expect(['90', '90s', '1.5h', '1h30m', '2d', '2x', 'h', ''].map(parseDuration)).toEqual([
      ...[90, 90, 5400, 5400, 172_800],
      ...[null, null, null],
    ]);
    expect(['500', '10k', '1.5GB', '2 GiB', '3b', '1z'].map(parseBytes)).toEqual([
      ...[500, 10_240, 1.5 * 1024 ** 3, 2 * 1024 ** 3, 3],
      null,
    ]);
  });

  test('know days by the calendar', () => {
    const day = parseTime('2026-01-31', NOW);
    expect(day).toEqual({
      from: new Date(2026, 0, 31).getTime() / 1000,
      to: new Date(2026, 1, 1).getTime() / 1000,
    });
    expect(parseTime('2026-02', NOW)?.to).toBe(new Date(2026, 2, 1).getTime() / 1000);
    expect(parseTime('7d', NOW)?.from).toBe(NOW - 7 * 86_400);
    expect(parseTime('2026-13-01', NOW)).toBeNull();
  });
});

describe('a filter that is being typed', () => {
  test.each([
    ['lr < 1 and sta', 'lr < 1'],
    ['lr < 1 and', 'lr < 1'],
    ['lr < 1 and not ', 'lr < 1'],
    ['lr < 1 and status =', 'lr < 1'],
    ['lr <', ''],
    ['lr < 1 or status = fin', 'lr < 1 or status = fin'],
    ['lr < 1 and yolo ', 'lr < 1 and yolo '],
    ['tag in (a, b', 'tag in (a, b'],
    ['yolo gp', 'yolo gp'],
    ['lr < "1', 'lr < "1'],
    ['', ''],
  ])('counts of %j only %j', (text, part) => {
    expect(finishedPart(text)).toBe(part);
  });
});
