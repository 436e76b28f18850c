import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { makeChroot } from '../lab/chroot.ts';
import { hangDisk } from '../lab/hanging-disk.ts';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts';
import { runOrThrow } from '../lab/run.ts';
import { openFailing, runFailing } from './failing.ts';
import { at, bearer, get } from './http.ts';
import { expectNothingLeft, viewersOn } from './server-side.ts';
import { makeWorkplace, openWords } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

const BUNDLED = ['--viewer', 'builtin'];

/** Opens the bundled viewer, looks at a page of it, and ends it again; nothing may be left. */
const expectOpens = async (lab: Lab, storage = lab.home): Promise<{ directory: string }> => {
  await using here = await makeWorkplace();
  const porthole = here.open(lab, [...BUNDLED, '--storage', storage, '--timeout', '90']);
  const { url, way } = await porthole.ready();
  expect(way).toBe('forward');
  expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
  const viewers = await viewersOn(lab);
  const [viewer] = viewers;
  await porthole.end('SIGINT');
  await expectNothingLeft(here, [{ lab, viewers }]);
  return { directory: viewer?.directory ?? '' };
};

const WITH_COMMAND = 'sh -c "$SSH_ORIGINAL_COMMAND"';

describe.concurrent('a server whose sshd allows little', () => {
  test.each<[string, LabOptions['sshd']]>([
    ['failure mode 29: MaxSessions 1', { MaxSessions: '1' }],
    ['PermitTTY no', { PermitTTY: 'no' }],
    ['a ForceCommand that runs what was asked for', { ForceCommand: WITH_COMMAND }],
    [
      'no agent, X11 or tunnel forwarding, no user environment',
      {
        AllowAgentForwarding: 'no',
        X11Forwarding: 'no',
        PermitTunnel: 'no',
        PermitUserEnvironment: 'no',
      },
    ],
  ])('%s: ready, a page, and nothing left', async (_, sshd) => {
    await using lab = await startLab({ sshd: sshd ?? {} });
    await expectOpens(lab);
  });

  test.each([
    ['one that prints and ends', "echo 'Only for backups.'", /exit code 0/],
    ['sftp only', 'internal-sftp', /login/],
  ])('a ForceCommand, %s, is named', async (_, ForceCommand, message) => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ sshd: { ForceCommand } });
    expect(await openFailing(here, lab, ['--timeout', '6'])).toMatchObject({
      exitCode: 3,
      error: {
        code: 'login-shell',
        message: expect.stringMatching(message),
        hint: expect.stringContaining("exec sh -c 'echo ok'"),
      },
    });
  });
});

describe.concurrent('failure mode 25: a server on which little can be written', () => {
  test('opens where /tmp runs no programs', async () => {
    const mounts = [{ over: '/tmp', tmpfs: 'noexec,nosuid,nodev,mode=1777' }];
    await using lab = await startLab({ account: {}, mounts });
    expect((await expectOpens(lab)).directory).toMatch(/^\/tmp\//);
  });

  test('opens where the home is read-only', async () => {
    await using lab = await startLab({ account: {} });
    await chown(lab.home, 0, 0);
    await chmod(lab.home, 0o555);
    await expectOpens(lab);
  });

  test('says so in a chroot without /tmp', async () => {
    await using here = await makeWorkplace();
    await using root = await makeChroot({ tmp: 'missing', proc: 'there' });
    await using lab = await startLab(root.options);
    expect(await openFailing(here, lab, [...BUNDLED, '--storage', '/srv'])).toMatchObject({
      exitCode: 7,
      error: {
        code: 'runtime-directory',
        message: expect.stringMatching(/\/tmp.*\/var\/tmp.*\/dev\/shm/),
      },
    });
  });

  test('opens in a chroot that has a /tmp', async () => {
    await using root = await makeChroot({ tmp: 'there', proc: 'there' });
    await using lab = await startLab(root.options);
    await expectOpens(lab, '/srv');
  });

  test('is named where no process can be told from another', async () => {
    await using here = await makeWorkplace();
    const mounts = [{ over: '/proc', tmpfs: 'mode=555' }];
    await using lab = await startLab({ account: {}, mounts });
    expect(await openFailing(here, lab, [...BUNDLED, '--storage', lab.home])).toMatchObject({
      exitCode: 7,
      error: { code: 'viewer-exited', message: expect.stringContaining('neither /proc nor a ps') },
    });
  });
});

describe.concurrent('failure mode 2: a home that hangs', () => {
  test('is waited for no longer than its time, and what was found is opened', async () => {
    await using lab = await startLab({ account: {} });
    // Whoever opens it waits for ever, as for a file on a server that is gone.
    await mkdir(join(lab.home, '.conda'));
    await mkdir(join(lab.home, '.config/runicorn'), { recursive: true });
    const files = ['.conda/environments.txt', '.condarc', '.config/runicorn/config.json'];
    for (const file of files) {
      await runOrThrow({ file: 'mkfifo', args: ['-m', '666', join(lab.home, file)] });
    }
    await runOrThrow({ file: 'chown', args: ['-R', `${lab.uid}`, lab.home] });
    await expectOpens(lab);
  });

  test('as a whole, a network disk whose server is gone, keeps nobody from the data elsewhere', async () => {
    await using here = await makeWorkplace();
    await using disk = await hangDisk();
    // dash reads nothing there, so that the login itself goes on.
    const options: LabOptions = { account: { shell: 'dash' }, setEnv: { HOME: disk.directory } };
    await using lab = await startLab(options);
    const storage = join(lab.directory, 'data');
    await mkdir(storage, { mode: 0o755 });
    await expectOpens(lab, storage);
    const listed = await here.run(['envs', lab.alias, '-F', lab.configFile, '--json']);
    expect(listed.exitCode).toBe(0);
    const { partial } = z
      .object({ partial: z.array(z.object({ path: z.string(), reason: z.string() })) })
      .parse(JSON.parse(listed.stdout));
    // Each directory by its own time, not only all of them together by theirs.
    expect(partial).toContainEqual({
      path: expect.stringContaining(disk.directory),
      reason: expect.stringMatching(/^no answer within/),
    });
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test('and with it the login shell, is told as a login that was accepted, and what to try', async () => {
    await using here = await makeWorkplace();
    await using disk = await hangDisk();
    const options: LabOptions = { account: { shell: 'bash' }, setEnv: { HOME: disk.directory } };
    await using lab = await startLab(options);
    expect(await runFailing(here, openWords(lab, ['--timeout', '6']))).toMatchObject({
      exitCode: 3,
      error: { code: 'login-shell', hint: expect.stringContaining("exec sh -c 'echo ok'") },
    });
    expect(await here.remains()).toEqual([]);
    // What waits in the disk goes when the disk does.
    await disk[Symbol.asyncDispose]();
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });
});
