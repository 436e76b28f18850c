import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { replacePythons } from '../lab/mounts.ts';
import { openFailing } from './failing.ts';
import { expectNothingLeft, viewersOn } from './server-side.ts';
import { makeWorkplace, type Workplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

/** A program that can stand in the place of each Python of the system. */
const standIn = async (here: Workplace, script: string): Promise<string> => {
  const path = join(here.directory, 'stand-in');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
};

// Each has a server of its own.
describe.concurrent('a server', () => {
  test('failure mode 27: without Python says where it was looked for', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ mounts: replacePythons() });
    expect(await openFailing(here, lab)).toMatchObject({
      exitCode: 6,
      error: {
        code: 'python-not-found',
        message: 'No Python was found on the server.',
        hint: expect.stringMatching(/\/usr\/bin\/python3.*miniforge3/),
      },
    });
  });

  test('failure mode 27: whose Python is too old says which it is', async () => {
    await using here = await makeWorkplace();
    const old = await standIn(here, `printf '\\0363.6.8\\n'`);
    await using lab = await startLab({ mounts: replacePythons(old) });
    expect(await openFailing(here, lab)).toMatchObject({
      exitCode: 6,
      error: {
        code: 'python-not-found',
        message: expect.stringMatching(/^No Python 3\.8 or newer .*\/usr\/bin\/python3 3\.6\.8/),
        hint: expect.stringContaining('Python >= 3.8'),
      },
    });
  });

  test('failure mode 34: whose python3 is a shell script is looked at by the interpreter behind it', async () => {
    await using here = await makeWorkplace();
    const real = join(here.directory, 'python');
    await copyFile('/usr/bin/python3', real);
    const script = await standIn(here, `echo "module python loaded"\nexec ${real} "$@"`);
    await using lab = await startLab({ mounts: replacePythons(script) });
    const { exitCode, stdout } = await here.run([
      'envs',
      lab.alias,
      '-F',
      lab.configFile,
      '--json',
    ]);
    expect(exitCode).toBe(0);
    expect(z.object({ host: z.literal('lab') }).parse(JSON.parse(stdout))).toEqual({ host: 'lab' });
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test('failure mode 34: whose python3 is a shim for none is passed over, and not asked again', async () => {
    await using here = await makeWorkplace();
    const calls = join(here.directory, 'calls');
    const shim = await standIn(
      here,
      `echo called >>${calls}\necho "pyenv: no python3" >&2\nexit 127`,
    );
    await using lab = await startLab({ mounts: replacePythons(shim) });
    const behind = join(lab.home, 'miniforge3/bin');
    await mkdir(behind, { recursive: true });
    await copyFile('/usr/bin/python3', join(behind, 'python3'));
    const openOnce = async () => {
      const porthole = here.open(lab, ['--viewer', 'builtin', '--storage', lab.home]);
      await porthole.ready();
      const viewers = await viewersOn(lab);
      await porthole.end('SIGINT');
      await expectNothingLeft(here, [{ lab, viewers }]);
      return viewers;
    };
    const first = await openOnce();
    expect(first[0]?.process.args[0]).toBe(join(behind, 'python3'));
    const called = await readFile(calls, 'utf8');
    expect(called).not.toBe('');
    await openOnce();
    expect(await readFile(calls, 'utf8')).toBe(called);
  });
});
