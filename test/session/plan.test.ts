import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/remote/protocol/probe.ts';
import { candidatesOf, storagesOf, whyFirst } from '../../src/session/candidates.ts';
import { chooseEnvironment, chooseStorage } from '../../src/session/plan.ts';
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

  test('says why the first goes before the others', () => {
    const why = (list: readonly Environment[], preferred?: string) =>
      whyFirst(candidatesOf(probe(list), runicorn, preferred), runicorn, preferred);
    const old = environment('old', { packages: { runicorn: '0.5.2' } });
    const inUse = [{ pid: 7, script: '/home/ada/train.py\n', cwd: '/w' }];
    expect(why([environment('a'), old], old.python)).toBe('as last time');
    expect(why([environment('a', { inUse }), old])).toBe('train.py (7) runs in it');
    expect(why([old, environment('none', { packages: {} })])).toBe('the only one with Runicorn');
    expect(why([environment('a'), old])).toBe('the newest Runicorn');
    expect(why([environment('a'), environment('b'), old])).toBe(
      'the first of 2 with Runicorn 0.6.0',
    );
    expect(why([])).toBeUndefined();
  });

  test('takes none whose Python does not start, and says so where there is no other', () => {
    const broken = environment('a', {
      broken: true,
      problems: ['bin/python leads to nothing: /x'],
    });
    expect(choose([broken, environment('b')])).toBe('b');
    for (const wanted of ['a', undefined]) {
      expect(failure(() => choose([broken], wanted))).toMatchObject({
        code: 'environment-broken',
        message: expect.stringContaining('bin/python leads to nothing: /x'),
      });
    }
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
    expect(
      chooseStorage(probe([], [root('/found')]), { viewer: runicorn, storage: '/asked' }),
    ).toBe('/asked');
  });

  test('prefers one that a training uses, and any with runs to an empty one', () => {
    const roots = [
      root('/empty', { source: 'training', runs: 0 }),
      root('/default'),
      root('/training', { source: 'training' }),
    ];
    expect(chooseStorage(probe([], roots), { viewer: runicorn, storage: undefined })).toBe(
      '/training',
    );
    expect(
      chooseStorage(probe([], roots.slice(0, 2)), { viewer: runicorn, storage: undefined }),
    ).toBe('/default');
  });

  test('says where it looked when nothing was found', () => {
    expect(
      failure(() => chooseStorage(probe([]), { viewer: runicorn, storage: undefined })),
    ).toMatchObject({
      code: 'storage-missing',
      message: expect.stringContaining('RUNICORN_DIR'),
    });
  });
});

describe('storage roots of an environment', () => {
  const roots = [
    root('/data', { source: 'RUNICORN_DIR' }),
    root('/home/ada/.runicorn', { modifiedAt: 900 }),
    root('/home/ada/vit/.runicorn'),
    root('/work/gan/.runicorn', { source: 'training', modifiedAt: 500 }),
    root('/work/llm/.runicorn', { source: 'training' }),
  ];
  const order = (of: Partial<Environment>) =>
    storagesOf(probe([], roots), environment('e', of)).map(({ path }) => path);

  test('begin with what a training in it writes, before other trainings and the settings', () => {
    const inUse = [{ pid: 1, script: 'train.py', cwd: '/work/llm/runs/7' }];
    expect(order({ inUse }).slice(0, 3)).toEqual([
      '/work/llm/.runicorn',
      '/work/gan/.runicorn',
      '/data',
    ]);
  });

  test('put the project of the environment before other default places, but not before the settings', () => {
    expect(order({ prefix: '/home/ada/vit/.venv' }).slice(2)).toEqual([
      '/data',
      '/home/ada/vit/.runicorn',
      '/home/ada/.runicorn',
    ]);
  });
});
