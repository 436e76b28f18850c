import { chmod, chown, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { ensureVenv } from '../lab/venvs.ts';
import { openFailing } from './failing.ts';
import { expectNothingLeft, viewerOn } from './server-side.ts';
import { makeBroken } from './stand-in/broken-environment.ts';
import { makeWorkplace, openWords } from './workplace.ts';

const NOBODY = 65534;

let lab: Lab;
beforeAll(async () => {
  if (!SSHD.have() || !ROOT.have()) return;
  // What porthole makes in /tmp for an account of its own, nobody else makes or removes.
  lab = await startLab({ account: {} });
  const usual = join(lab.home, '.virtualenvs');
  await makeBroken(join(usual, 'dies'), {
    runicorn: '0.6.0',
    uvicorn: 'raise ImportError("libcudart.so.12: cannot open shared object file")\n',
  });
  await makeBroken(join(usual, 'hangs'), {
    runicorn: '0.6.0',
    uvicorn: 'import signal\nprint("waiting for the license server ...")\nsignal.pause()\n',
  });
});
afterAll(() => lab?.[Symbol.asyncDispose]());
beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

describe('a viewer', () => {
  test('failure mode 19: that dies at its start is told with the end of its output', async () => {
    await using here = await makeWorkplace();
    const words = ['--env', 'dies', '--storage', lab.home, '--timeout', '30'];
    expect(await openFailing(here, lab, words)).toMatchObject({
      exitCode: 7,
      error: {
        code: 'viewer-exited',
        message: 'Runicorn in the environment "dies" ended before it answered, with exit status 1.',
        hint: expect.stringContaining('--env'),
        output: expect.stringMatching(/ImportError: libcudart\.so\.12: .*$/),
      },
    });
  });

  test('that never answers is ended after --timeout, whatever its grace, and told with its output', async () => {
    await using here = await makeWorkplace();
    const words = ['--env', 'hangs', '--storage', lab.home, '--timeout', '5', '--grace', '2'];
    expect(await openFailing(here, lab, words)).toMatchObject({
      exitCode: 7,
      error: {
        code: 'viewer-timeout',
        message: 'Runicorn in the environment "hangs" was started, but did not answer in time.',
        hint: expect.stringContaining('--timeout SECONDS'),
        output: 'waiting for the license server ...',
      },
    });
  });

  test('failure mode 35: may write below the storage, which is said once for a host, before its start', async () => {
    await using here = await makeWorkplace();
    const words = ['--env', 'dies', '--storage', lab.home];
    const first = await openFailing(here, lab, words);
    const notice = { type: 'note', text: expect.stringContaining('may rewrite the status files') };
    const launch = { type: 'step', step: 'launch', status: 'start' };
    expect(first.lines.slice(-2)).toEqual([notice, launch]);
    expect((await openFailing(here, lab, words)).lines).not.toContainEqual(notice);

    await using other = await makeWorkplace();
    const spoken = openWords(lab, words).filter((word) => word !== '--json');
    const { stderr } = await other.run(spoken);
    expect(stderr).toMatch(/note: Runicorn's own viewer may rewrite[\s\S]*ImportError/);
    expect((await other.run(spoken)).stderr).not.toContain('note:');
  });
});

describe('a server', () => {
  // With a server of their own, side by side.
  test.concurrent.each([
    ['full', 'size=4k,mode=1777'],
    ['read-only', 'ro,mode=1777'],
  ])('failure mode 25: whose /tmp is %s gives a place elsewhere', async (_, tmpfs) => {
    await using here = await makeWorkplace();
    await using cramped = await startLab({ account: {}, mounts: [{ over: '/tmp', tmpfs }] });
    const { directory } = await ensureVenv('runicorn-newest');
    const porthole = here.open(cramped, ['--env', directory, '--storage', cramped.home]);
    await porthole.ready();
    const viewer = await viewerOn(cramped);
    expect(viewer.directory).toContain(`/var/tmp/porthole-${cramped.uid}/`);
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab: cramped, viewers: [viewer] }]);
    expect(await readdir('/var/tmp')).not.toContain(`porthole-${cramped.uid}`);
  });

  test('whose storage is closed to the account says so', async () => {
    await using here = await makeWorkplace();
    const storage = join(lab.directory, 'closed');
    await mkdir(storage, { mode: 0o700 });
    expect(await openFailing(here, lab, ['--env', 'dies', '--storage', storage])).toMatchObject({
      exitCode: 6,
      error: {
        code: 'storage-unreadable',
        message: `The storage ${storage} on the server cannot be read by this user.`,
        hint: expect.stringContaining('read access'),
      },
    });
  });

  test('failure mode 3: where somebody else made the runtime directory in advance is not trusted', async () => {
    await using here = await makeWorkplace();
    const trap = `/tmp/porthole-${lab.uid}`;
    await mkdir(trap);
    // As whoever lays one leaves it: everybody can make something in it.
    await chmod(trap, 0o777);
    await chown(trap, NOBODY, NOBODY);
    try {
      const words = ['--viewer', 'builtin', '--storage', lab.home];
      expect(await openFailing(here, lab, words)).toMatchObject({
        exitCode: 7,
        error: {
          code: 'runtime-directory',
          message: `No private directory could be made on the server: ${trap} cannot be used: it belongs to user ${NOBODY}.`,
          hint: expect.stringContaining('administrator'),
        },
      });
      expect(await readdir(trap)).toEqual([]);
    } finally {
      await rm(trap, { recursive: true });
    }
  });
});
