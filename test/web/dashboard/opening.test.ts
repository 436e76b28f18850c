import { describe, expect, test } from 'vitest';
import type { Check, CheckedPath } from '../../../src/hub/api/contract.ts';
import { plainLog } from '../../../src/web/dashboard/logs/plain-log.ts';
import {
  type ChoiceDraft,
  keptChoice,
  readinessOf,
  searchEnvironments,
  suggestedChoice,
  withEnvironment,
} from '../../../src/web/dashboard/opening/choose/choice.ts';
import {
  describeChecked,
  describeRoot,
} from '../../../src/web/dashboard/opening/choose/storage-words.ts';
import { NOTHING_YET, withLine } from '../../../src/web/dashboard/opening/doctor.ts';
import { stepLines } from '../../../src/web/dashboard/opening/steps.ts';
import { ago, sampleFailure, sampleQuestion } from './sample-state.ts';

const question = sampleQuestion();
const pythonOf = (name: string): string =>
  question.environments.find((environment) => environment.name === name)?.python ?? '';
const suggested = suggestedChoice(question);

describe('a choice', () => {
  test('begins with what porthole suggests', () => {
    expect(suggested).toEqual({
      ...{ viewer: 'runicorn', python: pythonOf('pytorch-env'), storage: '/data/experiments' },
      storageFrom: 'environment',
    });
    expect(readinessOf(question, suggested)).toEqual({ kind: 'ready' });
  });

  test('keeps the viewer where the environment can run it, and takes the bundled one without any', () => {
    expect(withEnvironment(question, suggested, pythonOf('jax')).viewer).toBe('runicorn');
    expect(withEnvironment(question, suggested, null)).toMatchObject({
      ...{ viewer: 'builtin', python: null, storage: '/data/experiments' },
    });
  });

  test('says what the environment lacks', () => {
    const old = withEnvironment(question, suggested, pythonOf('old-paper'));
    expect(readinessOf(question, old)).toMatchObject({
      ...{ kind: 'unsuitable', environment: { name: 'old-paper' }, viewer: { id: 'runicorn' } },
      found: { suitability: 'too-old', version: '0.3.1' },
    });
    expect(readinessOf(question, { ...suggested, storage: ' ' })).toEqual({ kind: 'no-storage' });
  });

  test('keeps a storage that was typed, whatever environment is chosen', () => {
    const typed: ChoiceDraft = { ...suggested, storage: '/mine', storageFrom: 'typed' };
    expect(withEnvironment(question, typed, pythonOf('jax')).storage).toBe('/mine');
  });

  test('survives a refresh, unless its environment is gone', () => {
    const chosen = withEnvironment(question, suggested, pythonOf('jax'));
    expect(keptChoice(question, chosen)).toBe(chosen);
    const without = sampleQuestion({ environments: question.environments.slice(0, 1) });
    expect(keptChoice(without, chosen)).toEqual(suggestedChoice(without));
    const typed: ChoiceDraft = { ...chosen, storage: '/mine', storageFrom: 'typed' };
    expect(keptChoice(without, typed)).toMatchObject({ storage: '/mine', viewer: 'runicorn' });
  });

  test('is found by every word of a search: name, script, version, pid', () => {
    const names = (text: string) =>
      searchEnvironments(question.environments, text).map(({ name }) => name);
    expect(names('')).toHaveLength(question.environments.length);
    expect(names('train_vit')).toEqual(['pytorch-env']);
    expect(names('conda 3.12')).toEqual(['jax']);
    expect(names('41822')).toEqual(['pytorch-env']);
    expect(names('nothing-like-it')).toEqual([]);
  });

  test('has its storage described, as found and as typed', () => {
    const [root] = question.storageRoots;
    if (root === undefined) throw new Error('There is no root');
    expect(describeRoot(root, question.viewers)).toBe('128 runs · RUNICORN_DIR');
    const boards = { ...root, runs: 0, data: ['tensorboard', 'x'] };
    expect(describeRoot(boards, question.viewers)).toBe('data of TensorBoard, x · RUNICORN_DIR');
    const checked: CheckedPath = {
      path: '/nope',
      kind: 'missing',
      readable: false,
      writable: false,
      runs: 0,
      runsCapped: false,
      nearestParent: '/',
    };
    expect(describeChecked(checked)).toMatchObject({ tone: 'bad' });
    expect(describeChecked({ ...checked, kind: 'file' }).text).toContain('not a directory');
    expect(describeChecked({ ...checked, kind: 'directory' }).text).toContain('may not read');
    const good: CheckedPath = { ...checked, kind: 'directory', readable: true };
    expect(describeChecked(good)).toMatchObject({ tone: 'calm' });
    expect(describeChecked({ ...good, runs: 100, runsCapped: true }).text).toBe(
      'more than 100 runs found',
    );
  });
});

describe('the steps', () => {
  const step = { startedAt: ago(1), ms: 5, detail: null, status: 'done' } as const;

  test('show those to come', () => {
    const lines = stepLines({
      steps: [{ ...step, step: 'connect', status: 'running', ms: null }],
      phase: { kind: 'working' },
    });
    expect(lines.map(({ key, status }) => `${key} ${status}`)).toEqual([
      ...['connect running', 'probe waiting', 'launch waiting', 'forward waiting'],
    ]);
  });

  test('leave out a look at the server that was not needed, and what a failure never reached', () => {
    const remembered = stepLines({
      steps: [
        { ...step, step: 'connect' },
        { ...step, step: 'launch' },
      ],
      phase: { kind: 'working' },
    });
    expect(remembered.map(({ key }) => key)).toEqual(['connect', 'launch', 'forward']);
    const failed = stepLines({
      steps: [{ ...step, step: 'connect', status: 'failed' }],
      phase: { kind: 'failed', failure: sampleFailure() },
    });
    expect(failed.map(({ key }) => key)).toEqual(['connect']);
  });
});

describe('doctor', () => {
  const check: Check = {
    ...{ id: 'name', title: 'Name', status: 'running', detail: null, ms: null, problem: null },
  };

  test('tells a check when it begins and again when it is over', () => {
    const one = withLine(NOTHING_YET, { kind: 'check', check });
    const two = withLine(one, { kind: 'check', check: { ...check, status: 'ok', ms: 4 } });
    expect(two.checks).toEqual([{ ...check, status: 'ok', ms: 4 }]);
    expect(withLine(two, { kind: 'done', outcome: 'healthy' }).outcome).toBe('healthy');
  });

  test('says why it broke off', () => {
    const failure = sampleFailure();
    const ended = withLine(NOTHING_YET, { kind: 'broke-off', failure });
    expect(ended).toMatchObject({ outcome: 'failed', failure });
  });
});

test('a log is text: no colours, no control characters, the last state of a progress bar', () => {
  expect(plainLog('\u001b[32mINFO\u001b[0m ok\r\n10%\r50%\r100%\n\u0007bell')).toBe(
    'INFO ok\n100%\nbell',
  );
});
