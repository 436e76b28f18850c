import { access, chmod, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { hangDisk } from '../lab/hanging-disk.ts';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { runOrThrow } from '../lab/run.ts';
import { examine } from './doctor.ts';
import { expectNothingLeft } from './server-side.ts';
import { makeBroken } from './stand-in/broken-environment.ts';
import { makeWorkplace, openWords } from './workplace.ts';

/** Rows of docs/failure-modes.md that are no step of their own elsewhere. */

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

const LAYOUTS = join(import.meta.dirname, '../lab/environment-layouts.py');

test('failure mode 20: environments of conda are found by their files, though conda hangs and a disk does', async () => {
  await using here = await makeWorkplace();
  await using lab = await startLab({ account: {} });
  const made = ['--venvs', '0', '--condas', '3', '--packages', '1'];
  await runOrThrow({ file: 'python3', args: [LAYOUTS, lab.home, ...made] });
  const conda = join(lab.home, 'miniconda3/bin/conda');
  await writeFile(conda, '#!/bin/sh\ntouch ~/conda-was-run\nexec sleep 1000\n');
  await chmod(conda, 0o755);
  await runOrThrow({ file: 'chown', args: ['-R', `${lab.uid}`, lab.home] });
  const slow = join(lab.home, '.virtualenvs');
  await using disk = await hangDisk();
  await symlink(disk.directory, slow);

  const { exitCode, stdout } = await here.run([
    ...['envs', lab.alias, '-F', lab.configFile, '--json'],
    ...['-o', `SetEnv=PATH=${join(lab.home, 'miniconda3/bin')}:/usr/bin:/bin`],
  ]);
  expect(exitCode).toBe(0);
  const found = probeSchema.parse(JSON.parse(stdout));
  const condas = found.environments.filter(({ kind }) => kind === 'conda');
  expect(condas.map(({ name }) => name)).toEqual(['base', 'env-001', 'env-002']);
  // What could not be read to its end is said, not left out in silence.
  expect(found.partial).toContainEqual({
    path: `${slow}/*`,
    reason: expect.stringContaining('2 s'),
  });
  const { of } = await examine(here, lab);
  expect(of('environments').cause).toContain(`${slow}/* (no answer within 2 s)`);
  await expect(access(join(lab.home, 'conda-was-run'))).rejects.toThrow('ENOENT');
  await expectNothingLeft(here, [{ lab, viewers: [] }]);
}, 180_000);

const probeSchema = z.object({
  environments: z.array(z.object({ name: z.string(), kind: z.string() })),
  partial: z.array(z.object({ path: z.string(), reason: z.string() })),
});

test('failure mode 22: an unknown host key is put to the user with its fingerprint, and a no is kept to', async () => {
  await using here = await makeWorkplace();
  await using lab = await startLab({ account: {}, knownHosts: 'unknown' });
  const listed = await runOrThrow({
    file: 'ssh-keygen',
    args: ['-lf', join(lab.directory, 'host_key.pub')],
  });
  const fingerprint = /SHA256:\S+/.exec(listed)?.[0];
  const words = openWords(lab, ['--storage', lab.home]).filter((word) => word !== '--json');
  const { transcript, exit } = await here.onTerminal(words, [
    { expect: '(yes/no/[fingerprint])?', send: 'no\r' },
  ]);
  expect(exit).toBe(5);
  expect(transcript).toContain(fingerprint);
  expect(transcript).toMatch(/The host key of lab was not confirmed\..*\[host-key-refused\]/s);
  const known = await readFile(join(lab.directory, 'known_hosts'), 'utf8').catch(() => '');
  expect(known).toBe('');
  await expectNothingLeft(here, [{ lab, viewers: [] }]);
});

test('failure mode 28: where the only viewer is too old, the bundled one opens, and this is said', async () => {
  await using here = await makeWorkplace();
  await using lab = await startLab({ account: {} });
  await makeBroken(join(lab.home, '.virtualenvs/old'), { runicorn: '0.4.9' });
  const porthole = here.open(lab, ['--storage', lab.home]);
  expect(await porthole.ready()).toMatchObject({ viewer: 'builtin', env: null });
  const notes = porthole.lines().flatMap((line) => (line.type === 'note' ? [line.text] : []));
  expect(notes).toEqual([
    expect.stringMatching(/^Runicorn 0\.4\.9 in "old" is too old .*the bundled viewer is taken/),
  ]);
  await porthole.end('SIGINT');
  await expectNothingLeft(here, [{ lab, viewers: [] }]);
});

test('failure mode 31: a login that floods and sends terminal codes opens all the same, and none of it gets out', async () => {
  await using here = await makeWorkplace();
  const flood = [
    'head -c 5000000 /dev/zero | tr "\\0" x',
    'printf "\\033]0;owned-by-stdout\\007\\n"',
    'head -c 3000000 /dev/zero | tr "\\0" y >&2',
    'printf "\\n\\033]0;owned-by-stderr\\007\\033[2J\\n" >&2',
  ].join('\n');
  const banner = '\u001b]0;owned-by-banner\u0007\n';
  await using lab = await startLab({ account: {}, homeFiles: { '.bashrc': flood }, banner });
  const words = [...openWords(lab, ['--viewer', 'builtin', '--storage', lab.home, '-v'])];
  const { transcript, exit } = await here.onTerminal(
    words.filter((word) => word !== '--json'),
    [{ expect: 'Ctrl+C stops it.', send: '\u0003' }],
  );
  expect(exit).toBe(130);
  const kept = await here.keptText();
  // It is shown, in letters that do nothing.
  expect(transcript).toContain('␛]0;owned-by-stderr␇');
  expect(kept).toContain('␛]0;owned-by-stderr␇');
  for (const text of [transcript, kept]) {
    for (const code of ['\u001b]0;', '\u001b[2J', '\u0007']) expect(text).not.toContain(code);
  }
  expect(kept.length).toBeLessThan(2_200_000);
  await expectNothingLeft(here, [{ lab, viewers: [] }]);
});
