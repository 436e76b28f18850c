import { chmod, chown, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { resolvePaths } from '../../src/core/paths.ts';
import { haveOrSkip, program, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { listProcesses, processesWith } from '../lab/processes.ts';
import { runOrThrow } from '../lab/run.ts';
import { openFailing, runFailing } from './failing.ts';
import { expectHubGone, expectNothingLeft, viewerOn } from './server-side.ts';
import { makeWorkplace, openWords } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT, program('setpriv', 'util-linux')));

const NOBODY = 65_534;

/** Tries to read each file, as an account that has nothing to do with any of it. */
const readAsNobody = async (paths: readonly string[]): Promise<Record<string, string>> => {
  const args = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '/usr/bin/python3'];
  const said = await runOrThrow(
    { file: 'setpriv', args: [...args, '-c', READ] },
    { input: JSON.stringify(paths) },
  );
  return z.record(z.string(), z.string()).parse(JSON.parse(said));
};

const READ = `
import errno, json, sys
def outcome(path):
    try:
        open(path, 'rb').read(1)
        return 'read'
    except OSError as problem:
        return errno.errorcode[problem.errno]
print(json.dumps({path: outcome(path) for path in json.load(sys.stdin)}))
`;

const filesBelow = async (directory: string): Promise<readonly string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
};

describe('a second account, here and on the server', () => {
  test('reads no file that porthole keeps, and no environment of its processes', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {} });
    // As open to others as a home or /tmp may be: what keeps them out is porthole's own doing.
    for (const path of [here.directory, here.env.XDG_RUNTIME_DIR]) await chmod(path, 0o755);
    const porthole = here.open(lab, ['--viewer', 'builtin', '--storage', lab.home]);
    await porthole.ready();
    const { directory } = await viewerOn(lab);
    const kept = [
      ...(await filesBelow(here.env.PORTHOLE_HOME)),
      // A link in a workplace, where many share it.
      ...(await filesBelow(join(here.env.PORTHOLE_HOME, 'cache'))),
      ...(await filesBelow(here.env.XDG_RUNTIME_DIR)),
      ...(await filesBelow(directory)),
    ];
    const names = kept.map((path) => path.slice(path.lastIndexOf('/') + 1));
    for (const name of ['hub.log', 'record.json', 'log']) expect(names).toContain(name);
    const own = [...(await processesWith(here.directory)), ...(await processesWith(lab.marker))];
    const environments = own
      .filter(({ environment }) => environment.length > 0)
      .map(({ pid }) => `/proc/${pid}/environ`);
    expect(environments.length).toBeGreaterThan(4);
    const outcomes = await readAsNobody([...kept, ...environments]);
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['EACCES']));
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test.each([
    ['password', "'s password:", 'Rechts-um/7 "kehrt"'],
    ['passphrase', 'Enter passphrase for key', 'sesame & öffne dich'],
  ] as const)(
    'finds no %s and no token in a command line, an environment or a log',
    async (kind, expected, secret) => {
      await using here = await makeWorkplace();
      await using lab = await startLab({
        account: kind === 'password' ? { password: secret } : {},
        ...(kind === 'password'
          ? { clientConfig: ['PubkeyAuthentication no'] }
          : { keyPassphrase: secret }),
      });
      const words = [...openWords(lab, ['--viewer', 'builtin', '--detach', '-v'])].filter(
        (word) => word !== '--json',
      );
      here.watch(lab);
      const { transcript, exit } = await here.onTerminal(
        [...words, '--storage', lab.home],
        [{ expect: expected, send: `${secret}\r` }],
      );
      expect(exit).toBe(0);
      const token = /token=(porthole_[\w-]+)/.exec(transcript)?.[1] ?? '';
      expect(token).toMatch(/^porthole_[\w-]{20,}/);
      const all = await listProcesses();
      const shown = all.flatMap(({ args, environment }) => [...args, ...environment]).join('\n');
      // What is looked through is what there is.
      expect(shown).toContain(here.env.PORTHOLE_HOME);
      expect(shown).toContain(lab.marker);
      const kept = await here.keptText();
      expect(kept).toContain(`ssh to lab asked (${kind}): answered`);
      for (const text of [shown, kept]) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(token);
      }
      // The terminal shows the address, and nothing that was typed.
      expect(transcript).not.toContain(secret);
      expect(lab.sshdLog()).not.toContain(token);
      await here.run(['stop', '--all']);
      await expectHubGone(here);
      await expectNothingLeft(here, [{ lab, viewers: [] }]);
    },
  );
});

describe('failure mode 3: a runtime directory that was laid as a trap', () => {
  test.each([
    ['a link', 'it is not a directory'],
    ['a file', 'it is not a directory'],
    ["somebody else's directory", `it belongs to user ${NOBODY}`],
    ['a directory that others may enter', 'its mode is 755, not 700'],
  ])('on the server, %s: nothing is put into it, and no viewer starts', async (what, problem) => {
    await using here = await makeWorkplace();
    const shared = join(here.directory, 'shared');
    await mkdir(join(shared, 'bait'), { recursive: true });
    await chmod(here.directory, 0o755);
    for (const path of [shared, join(shared, 'bait')]) await chmod(path, 0o1777);
    await using lab = await startLab({ account: {}, mounts: [{ over: '/tmp', with: shared }] });
    await layTrap(what, join(shared, `porthole-${lab.uid}`), lab.uid);
    const words = ['--viewer', 'builtin', '--storage', lab.home];
    const { exitCode, error } = await openFailing(here, lab, words);
    expect(exitCode).toBe(7);
    expect(error).toMatchObject({
      code: 'runtime-directory',
      message: `No private directory could be made on the server: /tmp/porthole-${lab.uid} cannot be used: ${problem}.`,
    });
    expect(await readdir(join(shared, 'bait'))).toEqual([]);
  });

  test.each([
    ['a link', 'it is not a directory'],
    ["somebody else's directory", `it belongs to user ${NOBODY}`],
    ['a directory that others may enter', 'its mode is 755, not 700'],
  ])('here, %s: no command uses it', async (what, problem) => {
    await using here = await makeWorkplace();
    const uid = process.getuid?.() ?? 0;
    const trap = resolvePaths({ env: here.env, uid }).runtime;
    const bait = join(here.env.XDG_RUNTIME_DIR, 'bait');
    await mkdir(bait);
    await layTrap(what, trap, uid);
    for (const words of [
      ['ls'],
      ['open', 'gpu.invalid', '--yes', '--no-open'],
      ['stop', '--all'],
    ]) {
      expect((await runFailing(here, [...words, '--json'])).error).toMatchObject({
        code: 'runtime-directory',
        message: `Cannot use the directory ${trap}: ${problem}.`,
        hint: expect.stringContaining('XDG_RUNTIME_DIR'),
      });
    }
    expect(await readdir(bait)).toEqual([]);
    if (what !== 'a link') expect(await readdir(trap)).toEqual([]);
  });
});

/** `bait` beside it is where a link leads. */
const layTrap = async (what: string, path: string, uid: number): Promise<void> => {
  switch (what) {
    case 'a link':
      return symlink('bait', path);
    case 'a file':
      return writeFile(path, '');
    default: {
      const isForeign = what.startsWith('somebody');
      await mkdir(path, { mode: 0o755 });
      await chown(path, isForeign ? NOBODY : uid, isForeign ? NOBODY : uid);
    }
  }
};

test('the token is in no file that porthole keeps between runs', async () => {
  await using here = await makeWorkplace();
  await using lab = await startLab({ account: {} });
  const porthole = here.open(lab, ['--viewer', 'builtin', '--storage', lab.home, '-v']);
  const { url } = await porthole.ready();
  await porthole.end('SIGINT');
  const token = new URL(url).searchParams.get('token') ?? '';
  expect(token).not.toBe('');
  for (const path of await filesBelow(here.env.PORTHOLE_HOME)) {
    expect(await readFile(path, 'utf8')).not.toContain(token);
  }
});
