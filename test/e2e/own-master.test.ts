import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts';
import { processesWith } from '../lab/processes.ts';
import { labRunner } from '../lab/run.ts';
import { at, bearer, get } from './http.ts';
import { expectNothingLeft, viewerOn, viewersOn } from './server-side.ts';
import { makeWorkplace, type Workplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD));

const BUNDLED = ['--viewer', 'builtin'];
const PASSWORD = 'typed once';

interface UsersMaster extends AsyncDisposable {
  readonly pid: number;
  /** Exit code of `ssh -O check`. */
  check(): Promise<number | null>;
}

/** What a person has open: `ssh -M` to the lab, up when this resolves. */
const openMaster = async (lab: Lab, password?: string): Promise<UsersMaster> => {
  const askpass = join(lab.directory, 'askpass');
  await writeFile(askpass, `#!/bin/sh\necho '${password ?? ''}'\n`, { mode: 0o700 });
  const ssh = labRunner.start({
    file: 'ssh',
    args: ['-M', '-F', lab.configFile, '-o', 'ControlPersist=no', lab.alias, 'echo up; exec cat'],
    env: { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
  });
  await new Promise((resolve, reject) => {
    ssh.stdout.once('data', resolve);
    ssh.exited.then(() => reject(new Error(ssh.stderr.text())), reject);
  });
  const control = join(lab.directory, 'own-master');
  return {
    pid: ssh.pid ?? Number.NaN,
    check: async () => {
      const args = ['-F', '/dev/null', '-S', control, '-O', 'check', 'x'];
      return (await labRunner.run({ file: 'ssh', args })).exitCode;
    },
    [Symbol.asyncDispose]: ssh.terminate,
  };
};

/** A lab whose config says where a master of the user's own would be. */
const startWithControlPath = async (options: LabOptions = {}): Promise<Lab> => {
  const lab = await startLab(options);
  const config = await readFile(lab.configFile, 'utf8');
  const line = `  ControlMaster auto\n  ControlPath ${join(lab.directory, 'own-master')}\n`;
  await writeFile(lab.configFile, `${config}${line}`);
  return lab;
};

/** Sockets of this workplace that somebody on this machine listens on, or is connected by. */
const localSockets = async (here: Workplace): Promise<readonly string[]> =>
  (await readFile('/proc/net/unix', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ').at(-1) ?? '')
    .filter((path) => path.startsWith(here.env.XDG_RUNTIME_DIR) && path.endsWith('local.sock'));

const ownSsh = async (here: Workplace) =>
  (await processesWith(here.directory)).flatMap(({ pid, args }) =>
    args.includes('-M') ? [pid] : [],
  );

const loginsOn = (lab: Lab): number =>
  lab.sshdLog().match(/Accepted (password|publickey)/g)?.length ?? 0;

describe('failure mode 10: a live master of the user’s own', () => {
  test('is used: nothing is asked again, and it is left as it was', async (context) => {
    haveOrSkip(context, ROOT);
    await using lab = await startWithControlPath({
      account: { password: PASSWORD },
      clientConfig: ['PubkeyAuthentication no'],
    });
    await using here = await makeWorkplace();
    await using master = await openMaster(lab, PASSWORD);
    const porthole = here.open(lab, [...BUNDLED, '--storage', lab.home]);
    const { url, way } = await porthole.ready();
    expect(way).toBe('forward');
    expect(porthole.lines()).toContainEqual(
      expect.objectContaining({ detail: 'lab, over the ssh connection that you have open' }),
    );
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    expect(await ownSsh(here)).toEqual([]);
    expect(loginsOn(lab)).toBe(1);
    const viewer = await viewerOn(lab);
    await porthole.end('SIGINT');
    expect(await master.check()).toBe(0);
    expect(await localSockets(here)).toEqual([]);
    await master[Symbol.asyncDispose]();
    await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
  });

  test('keeps no forward of a hub that was killed: the next one takes it back', async () => {
    await using lab = await startWithControlPath();
    await using here = await makeWorkplace();
    await using master = await openMaster(lab);
    const words = [...BUNDLED, '--storage', lab.home, '--grace', '2'];
    const first = here.open(lab, words);
    await first.ready();
    const [left] = await localSockets(here);
    await first.end('SIGKILL');
    expect(await localSockets(here)).toContain(left);
    const second = here.open(lab, words);
    await second.ready();
    await expect.poll(() => localSockets(here)).not.toContain(left);
    const viewers = await viewersOn(lab);
    await second.end('SIGINT');
    expect(await localSockets(here)).toEqual([]);
    expect(await master.check()).toBe(0);
    await master[Symbol.asyncDispose]();
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('that ends is a lost link: the session comes back by a connection of its own', async () => {
    await using lab = await startWithControlPath();
    await using here = await makeWorkplace();
    await using master = await openMaster(lab);
    const porthole = here.open(lab, [...BUNDLED, '--storage', lab.home]);
    const { url } = await porthole.ready();
    const viewer = await viewerOn(lab);
    process.kill(master.pid, 'SIGKILL');
    const lost = await porthole.line((line) => line.type === 'state');
    expect(lost).toMatchObject({
      state: 'reconnecting',
      reason: expect.stringMatching(/^Your own ssh connection to lab, .* has ended/),
    });
    await porthole.line((line) => line.type === 'state' && line.state === 'ready');
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    expect((await viewerOn(lab)).process.pid).toBe(viewer.process.pid);
    expect(await ownSsh(here)).toHaveLength(1);
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
  });

  test('that still runs on a link that is gone is left for a connection of our own', async () => {
    await using lab = await startWithControlPath({ relay: {} });
    await using here = await makeWorkplace();
    await using master = await openMaster(lab);
    const porthole = here.open(lab, [...BUNDLED, '--storage', lab.home]);
    const { url } = await porthole.ready();
    const viewer = await viewerOn(lab);
    lab.relay?.strand();
    await porthole.line((line) => line.type === 'state' && line.state === 'ready');
    expect(await master.check()).toBe(0);
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    expect((await viewerOn(lab)).process.pid).toBe(viewer.process.pid);
    expect(await ownSsh(here)).toHaveLength(1);
    await porthole.end('SIGINT');
    await master[Symbol.asyncDispose]();
    await lab.stop();
  });

  test('that hangs is not waited for', async () => {
    await using lab = await startWithControlPath();
    await using here = await makeWorkplace();
    await using master = await openMaster(lab);
    process.kill(master.pid, 'SIGSTOP');
    try {
      const porthole = here.open(lab, [...BUNDLED, '--storage', lab.home]);
      await porthole.ready();
      expect(await ownSsh(here)).toHaveLength(1);
      await porthole.end('SIGINT');
    } finally {
      process.kill(master.pid, 'SIGCONT');
    }
  });

  test('that has no session left to give is left alone', async () => {
    await using lab = await startWithControlPath({ sshd: { MaxSessions: '1' } });
    await using here = await makeWorkplace();
    await using master = await openMaster(lab);
    const porthole = here.open(lab, [...BUNDLED, '--storage', lab.home]);
    await porthole.ready();
    expect(await ownSsh(here)).toHaveLength(1);
    expect(await master.check()).toBe(0);
    await porthole.end('SIGINT');
  });
});
