import { describe, expect, test } from 'vitest';
import { renderProbe } from '../../src/cli/probe-report.ts';
import { ago } from '../../src/cli/storage-table.ts';
import { createStyle } from '../../src/cli/style.ts';
import type { ProbeResult } from '../../src/remote/protocol/probe.ts';
import { runicorn } from '../../src/viewers/runicorn/runicorn.ts';
import { tensorboard } from '../../src/viewers/tensorboard/tensorboard.ts';
import { environment, probe, root, running } from '../session/probe-samples.ts';

const NOW_MS = 1_700_000_000_000;
const other = (id: string, title: string) => ({
  id,
  title,
  distributions: [{ distribution: id, oldestVersion: '1' }],
});
const report = (
  found: ProbeResult,
  width = 100,
  viewers: Parameters<typeof renderProbe>[0]['viewers'] = [runicorn],
) =>
  renderProbe({
    host: 'gpu',
    probe: found,
    viewers,
    width,
    style: createStyle({}, {}),
    nowMs: NOW_MS,
  });

const TRAINING = { pid: 4711, script: 'train.py', cwd: '/home/ada/vit' };

describe('what a probe found, for people', () => {
  test('are environments, the one of a training first, storage roots and GPUs', () => {
    const found = probe(
      [
        environment('bare', { packages: {} }),
        environment('old', { packages: { runicorn: '0.4.1' } }),
        environment('mine', { editable: ['runicorn'] }),
        environment('torch', { kind: 'conda', inUse: [TRAINING] }),
      ],
      [root('/home/ada/runs', { runs: 5000, runsCapped: true, modifiedAt: NOW_MS / 1000 - 7200 })],
    );
    const gpu = { index: 0, name: 'A100', memoryTotalMib: 81_920, memoryUsedMib: 1024 };
    expect(report({ ...found, gpus: [{ ...gpu, utilizationPercent: 97 }] })).toBe(
      [
        '4 Python environments, 2 with Runicorn on gpu',
        'Environment  Kind   Python  Runicorn         In use by        Prefix',
        'torch        conda  3.11.7  0.6.0            train.py (4711)  ~/torch',
        'mine         venv   3.11.7  0.6.0, editable                   ~/mine',
        'old          venv   3.11.7  0.4.1, too old                    ~/old',
        'bare         venv   3.11.7  not installed                     ~/bare',
        '',
        '1 storage root',
        'Storage root  Runs   Last change  Known from     Opens with',
        '~/runs        5000+  2 hours ago  default place  Runicorn; bundled viewer',
        '',
        '1 GPU',
        'Index  Name  Memory in use  Busy',
        '0      A100  1.0 of 80 GiB  97 %',
      ].join('\n'),
    );
  });

  test('tells what could be opened where, with a column for all viewers where there are many', () => {
    const many = { runicorn: '0.6.0', tensorboard: '2.21.0', mlflow: '3.1' };
    const found = probe(
      [environment('torch', { packages: many }), environment('bare', { packages: {} })],
      [
        root('/a', { data: ['tensorboard'] }),
        root('/b', { runs: 0, data: ['aim', 'mlflow'] }),
        root('/c', { runs: 0 }),
      ],
    );
    const viewers = [runicorn, tensorboard, other('mlflow', 'MLflow'), other('aim', 'Aim')];
    const text = report(found, 130, viewers);
    expect(text).toMatch(/^2 Python environments, 1 with Runicorn, 1 with TensorBoard, 1 with MLf/);
    expect(text).toMatch(/torch .* Runicorn 0\.6\.0; TensorBoard 2\.21\.0; MLflow 3\.1 /);
    expect(text).toMatch(/\/a .* Runicorn; TensorBoard; bundled viewer/);
    expect(text).toMatch(/\/b .* MLflow; Aim, not installed$/m);
    expect(text).toMatch(/\/c .*default place$/m);
  });

  test('names the viewers that run already, and how to open one', () => {
    const found = probe([environment('a')], [], [running({ pid: 4711, storage: '/home/ada/tb' })]);
    expect(report(found)).toContain(
      [
        '1 viewer of yours running already',
        'Viewer       Version  Shows  Process  At         Started',
        'TensorBoard  2.21.0   ~/tb   4711     port 6006  now',
        'porthole open gpu --adopt PROCESS opens one as it is.',
      ].join('\n'),
    );
  });

  test('is marked where directories could not be read, and says what is wrong with an environment', () => {
    const broken = environment('b', {
      broken: true,
      problems: ['bin/python leads to nothing: /x'],
    });
    const partial = [{ path: '/mnt/dead', reason: 'no answer within 2 s' }];
    const text = report({ ...probe([broken]), partial });
    expect(text).toMatch(
      /^1 Python environment, none with Runicorn on gpu \(incomplete, see below\)/,
    );
    expect(text).toContain('0.6.0, broken');
    expect(text).toContain('b: bin/python leads to nothing: /x');
    expect(text).toMatch(/not read to its end: \/mnt\/dead \(no answer within 2 s\)$/);
  });

  test('holds no control character of the server’s, wherever it comes from', () => {
    const evil = 'x\n\u001b]0;title\u0007\u202e';
    const found = probe(
      [
        environment(evil, {
          prefix: `/home/ada/${evil}`,
          pythonVersion: evil,
          packages: { runicorn: `9${evil}` },
          inUse: [{ ...TRAINING, script: evil }],
          problems: [evil],
        }),
      ],
      [root(`/data/${evil}`)],
      [running({ viewer: evil, storage: `/tb/${evil}`, version: evil })],
    );
    const gpu = { index: 0, name: evil, memoryTotalMib: 1, memoryUsedMib: 1 };
    const text = report({
      ...found,
      gpus: [{ ...gpu, utilizationPercent: null }],
      partial: [{ path: evil, reason: evil }],
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text.split('\n')).toHaveLength(20);
  });

  test.each([80, 160])('fits a terminal of %i columns', (width) => {
    const name = 'an-environment-with-a-very-long-name-that-tells-the-whole-story-of-the-paper';
    const inUse = [1, 2, 3].map((pid) => ({ ...TRAINING, pid, script: `${name}.py` }));
    const long = environment(name, { prefix: `/data/users/ada/${name}/.venv`, inUse });
    const lines = report(probe([long, environment('実験')]), width).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });
});

test.each([
  [-5000, 'now'],
  [59_000, 'now'],
  [61_000, '1 minute ago'],
  [3 * 3_600_000, '3 hours ago'],
  [25 * 3_600_000, 'yesterday'],
  [40 * 86_400_000, 'last month'],
  [800 * 86_400_000, '2 years ago'],
])('a change %i ms ago was %s', (ms, words) => {
  expect(ago(ms)).toBe(words);
});
