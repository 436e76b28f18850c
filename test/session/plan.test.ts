import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/remote/protocol.ts';
import { candidatesOf, chooseEnvironment, chooseStorage } from '../../src/session/plan.ts';
import { runicorn } from '../../src/viewers/runicorn/runicorn.ts';
import { environment, probe, root } from './probe-samples.ts';

const choose = (environments: readonly Environment[], wanted?: string) =>
  chooseEnvironment(probe(environments), { viewer: runicorn, environment: wanted }).environment
    .name;

const failure = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Expected a failure');
};

describe('choosing an environment', () => {
  test('prefers the one that a training runs in, then the newest viewer', () => {
    const training = { pid: 7, script: 'train.py', cwd: '/w' };
    const list = [
      environment('old', { packages: { runicorn: '0.5.2' } }),
      environment('new', { packages: { runicorn: '0.10.0' } }),
      environment('busy', { packages: { runicorn: '0.5.0' }, inUse: [training] }),
    ];
    expect(candidatesOf(probe(list), runicorn).map((c) => c.environment.name)).toEqual([
      'busy',
      'new',
      'old',
    ]);
  });

  test('takes a name, a prefix, a prefix below ~ or an interpreter', () => {
    const list = [environment('a'), environment('b')];
    expect(choose(list, 'b')).toBe('b');
    expect(choose(list, '/home/ada/b')).toBe('b');
    expect(choose(list, '/home/ada/b/')).toBe('b');
    expect(choose(list, '~/b')).toBe('b');
    expect(choose(list, '/home/ada/b/bin/python')).toBe('b');
  });

  test('suggests the nearest name for one that does not exist', () => {
    expect(failure(() => choose([environment('pytorch')], 'pytroch'))).toMatchObject({
      code: 'environment-missing',
      hint: expect.stringContaining('"pytorch"'),
    });
  });

  test('names the prefixes when a name is ambiguous', () => {
    const twins = [environment('x', { prefix: '/a/x' }), environment('x', { prefix: '/b/x' })];
    expect(failure(() => choose(twins, 'x'))).toMatchObject({
      code: 'environment-ambiguous',
      hint: expect.stringMatching(/\/a\/x.*\/b\/x/),
    });
  });

  test('gives the install command for exactly the environment that lacks the viewer', () => {
    const bare = environment('bare', {
      packages: {},
      prefix: "/p/it's",
      python: "/p/it's/bin/python",
    });
    expect(failure(() => choose([bare], 'bare'))).toMatchObject({
      code: 'viewer-missing',
      hint: expect.stringContaining(`'/p/it'\\''s/bin/python' -m pip install --upgrade runicorn`),
    });
  });

  test('gives the upgrade command where the viewer is too old', () => {
    const old = environment('old', { packages: { runicorn: '0.4.1' }, kind: 'uv' });
    for (const wanted of ['old', undefined]) {
      expect(failure(() => choose([old], wanted))).toMatchObject({
        code: 'viewer-too-old',
        message: expect.stringContaining('0.4.1'),
        hint: expect.stringContaining('uv pip install --python /home/ada/old/bin/python'),
      });
    }
  });

  test('neutralises control characters of names from the server', () => {
    const error = failure(() => choose([environment('evil\x1b[2J')], 'nothing-like-it'));
    expect(JSON.stringify(error)).not.toContain('\\u001b');
    expect(error).toMatchObject({ hint: expect.stringContaining('evil␛[2J') });
  });
});

describe('choosing a storage root', () => {
  test('takes the one that was asked for, whatever was found', () => {
    expect(chooseStorage(probe([], [root('/found')]), { storage: '/asked' })).toBe('/asked');
  });

  test('prefers one that a training uses, and any with runs to an empty one', () => {
    const roots = [
      root('/empty', { source: 'training', runs: 0 }),
      root('/default'),
      root('/training', { source: 'training' }),
    ];
    expect(chooseStorage(probe([], roots), { storage: undefined })).toBe('/training');
    expect(chooseStorage(probe([], roots.slice(0, 2)), { storage: undefined })).toBe('/default');
  });

  test('says where it looked when nothing was found', () => {
    expect(failure(() => chooseStorage(probe([]), { storage: undefined }))).toMatchObject({
      code: 'storage-missing',
      message: expect.stringContaining('RUNICORN_DIR'),
    });
  });
});
