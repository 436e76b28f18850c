import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { openFailing } from './failing.ts';
import { makeBroken } from './stand-in/broken-environment.ts';
import { makeWorkplace } from './workplace.ts';

let lab: Lab;
let usual: string;
beforeAll(async () => {
  if (!SSHD.have() || !ROOT.have()) return;
  // An account of its own has no environments but these.
  lab = await startLab({ account: {} });
  usual = join(lab.home, '.virtualenvs');
  await makeBroken(join(usual, 'training'), { runicorn: '0.6.0' });
  await makeBroken(join(usual, 'twin'), { runicorn: '0.6.0' });
  await makeBroken(join(lab.home, 'project/twin'), { runicorn: '0.6.0' });
  await makeBroken(join(usual, 'bare'));
  await makeBroken(join(usual, 'old'), { runicorn: '0.4.9' });
  await makeBroken(join(usual, 'board'), { tensorboard: '2.4.1' });
  await makeBroken(join(usual, 'dangling'), { runicorn: '0.6.0', python: '/gone/bin/python3' });
});
afterAll(() => lab?.[Symbol.asyncDispose]());
beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

const openIn = async (environment: string) => {
  await using here = await makeWorkplace();
  return await openFailing(here, lab, ['--env', environment, '--storage', lab.home]);
};

describe('an environment', () => {
  test('that does not exist is told, with the nearest name or those that were found', async () => {
    expect(await openIn('trianing')).toMatchObject({
      exitCode: 6,
      error: {
        code: 'environment-missing',
        message: 'There is no environment "trianing" on the server.',
        hint: 'Did you mean "training"?',
      },
    });
    expect((await openIn('production')).error.hint).toMatch(/^Found: .*\btraining\b.*--env \//);
  });

  test('that is ambiguous is told with the prefixes that are meant', async () => {
    const prefixes = [join(usual, 'twin'), join(lab.home, 'project/twin')];
    const { error } = await openIn('twin');
    expect(error.code).toBe('environment-ambiguous');
    expect(error.message).toBe('2 environments on the server are named "twin".');
    for (const prefix of prefixes) expect(error.hint).toContain(`--env ${prefix}`);
  });

  test('without Runicorn is told with the command that installs it there', async () => {
    expect(await openIn('bare')).toMatchObject({
      exitCode: 6,
      error: {
        code: 'viewer-missing',
        message: `Runicorn is not installed in the environment "bare" (${usual}/bare).`,
        hint: `Install it on the server: ${usual}/bare/bin/python -m pip install --upgrade runicorn  (--viewer builtin needs no environment)`,
      },
    });
  });

  test('failure mode 28: with a Runicorn that is too old is told with the command that upgrades it there', async () => {
    expect(await openIn('old')).toMatchObject({
      exitCode: 6,
      error: {
        code: 'viewer-too-old',
        message: expect.stringMatching(
          /^Runicorn 0\.4\.9 in the environment "old" is too old.*0\.5/,
        ),
        hint: expect.stringContaining(`${usual}/old/bin/python -m pip install --upgrade runicorn`),
      },
    });
  });

  test('with a TensorBoard that is too old, or with none, is told with the command for exactly that', async () => {
    await using here = await makeWorkplace();
    const openBoard = (environment: string) =>
      openFailing(here, lab, ['--viewer', 'tensorboard', '--env', environment, '--storage', '/']);
    expect(await openBoard('board')).toMatchObject({
      exitCode: 6,
      error: {
        code: 'viewer-too-old',
        message:
          'TensorBoard 2.4.1 in the environment "board" is too old; porthole needs 2.5.0 or newer.',
        hint: expect.stringContaining(
          `${usual}/board/bin/python -m pip install --upgrade tensorboard `,
        ),
      },
    });
    expect(await openBoard('bare')).toMatchObject({
      exitCode: 6,
      error: {
        code: 'viewer-missing',
        hint: expect.stringContaining(
          `${usual}/bare/bin/python -m pip install --upgrade tensorboard `,
        ),
      },
    });
  });

  test('whose Python is gone is told with its path', async () => {
    expect(await openIn('dangling')).toMatchObject({
      exitCode: 6,
      error: {
        code: 'environment-broken',
        message: expect.stringMatching(
          /^The environment "dangling" \(.*\/dangling\) .*leads to nothing: \/gone\/bin\/python3\.$/,
        ),
        hint: expect.stringContaining('make the environment anew'),
      },
    });
  });
});
