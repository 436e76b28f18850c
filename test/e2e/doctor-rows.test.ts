import { once } from 'node:events';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CheckId } from '../../src/session/doctor/report.ts';
import { LAB_SHELLS } from '../lab/account.ts';
import { hangDisk } from '../lab/hanging-disk.ts';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type LabOptions, startLab } from '../lab/lab.ts';
import { replacePythons } from '../lab/mounts.ts';
import { homeThatExecs, homeThatExits, noisyHome } from '../lab/noisy-home.ts';
import { acceptOneTimeCodes } from '../lab/one-time-codes.ts';
import { labRunner } from '../lab/run.ts';
import { type Examination, examine } from './doctor.ts';
import { expectNothingLeft } from './server-side.ts';
import { makeBroken } from './stand-in/broken-environment.ts';
import { makeWorkplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

const examineLab = async (
  options: LabOptions,
  words: readonly string[] = [],
): Promise<Examination> => {
  await using here = await makeWorkplace();
  await using lab = await startLab({ account: {}, ...options });
  return await examine(here, lab, words);
};

/** Whatever stands on the failed check was not made, and all before it was. */
const expectFailedAt = (report: Examination, check: CheckId): void => {
  expect(report.failed?.check).toBe(check);
  const verdicts = [...report.results.values()];
  const at = verdicts.findIndex((one) => one.check === check);
  for (const { verdict } of verdicts.slice(0, at)) expect(verdict).not.toBe('not-reached');
  expect(verdicts.slice(at + 1).map(({ because }) => because)).toEqual(
    verdicts.slice(at + 1).map(() => check),
  );
};

describe('doctor names the cause', () => {
  test.each(LAB_SHELLS)('failure mode 6: a login shell %s', async (shell) => {
    const report = await examineLab({ account: { shell } });
    expect(report.verdict).toBe('ok');
    expect(report.of('server').fact).toMatch(new RegExp(`@\\S+, /\\S*/${shell}$`));
  });

  test('failure mode 2: a home on a disk that hangs, which costs no more than its time', async () => {
    await using disk = await hangDisk();
    const report = await examineLab({
      account: { shell: 'dash' },
      setEnv: { HOME: disk.directory },
    });
    expect(report).toMatchObject({ exitCode: 0, failed: null });
    expect(report.of('environments').cause).toMatch(
      new RegExp(`${disk.directory}\\S* \\(no answer within 2 s\\)`),
    );
    expect(report.of('start').verdict).toBe('ok');
  });

  test('failure mode 7: rc files that print, and how much', async () => {
    const report = await examineLab({ homeFiles: noisyHome(), banner: 'Error: none\n' });
    expect(report).toMatchObject({ exitCode: 0, verdict: 'warning', failed: null });
    expect(report.of('login-shell')).toMatchObject({
      verdict: 'warning',
      cause: expect.stringMatching(/^The login prints \d+ characters in \d+ lines? before/),
      remedy: expect.stringContaining('only where the shell is interactive'),
    });
    // What it prints may be anything: not in a report that is passed on.
    expect(report.output).not.toContain('Welcome');
  });

  test.each([
    ['end the login', homeThatExits(3), /ended with exit code 3 before porthole could start/],
    ['put something else in its place', homeThatExecs('cat'), /accepted the login, but its shell/],
  ])('failure mode 7: rc files that %s', async (_, homeFiles, cause) => {
    const report = await examineLab({ homeFiles }, ['--timeout', '5']);
    expectFailedAt(report, 'login-shell');
    expect(report.of('login-shell').cause).toMatch(cause);
    expect(report.of('login-shell').command).toMatch(
      /^ssh -F \S+ lab 'exec sh -c '\\''echo ok'\\'''$/,
    );
  });

  test('failure mode 8: a second factor, which is asked for once, and by whom', async () => {
    const code = '481 516';
    await using codes = await acceptOneTimeCodes([code]);
    await using here = await makeWorkplace();
    await using lab = await startLab(codes.options);
    const words = ['doctor', lab.alias, '-F', lab.configFile];
    const { transcript, exit } = await here.onTerminal(words, [
      { expect: 'Password:', send: `${code}\r` },
    ]);
    expect(exit).toBe(0);
    expect(transcript.match(/Password:/g)).toHaveLength(1);
    expect(transcript).not.toContain(code);
    expect(transcript).toMatch(/authentication +by publickey and then keyboard-interactive;/);
    expect(transcript).toMatch(/asked for a\s+password\s/);
    // One login for all checks: the other connection is that which looks whether the port is an sshd's.
    expect(lab.sshdLog().match(/Accepted \S+ for/g)).toHaveLength(1);
    expect(lab.sshdLog().match(/Connection from/g)).toHaveLength(2);
    await expectNothingLeft(here, [{ lab, viewers: [] }]);

    // Nobody is there to answer: named as such, and not tried again.
    const report = await examine(here, lab);
    expectFailedAt(report, 'authentication');
    expect(report.failed).toMatchObject({ code: 'auth-needs-terminal' });
    expect(lab.sshdLog().match(/Connection from/g)).toHaveLength(4);
  });

  test('failure mode 10: a live connection of the user’s own, which open shares', async () => {
    await using here = await makeWorkplace();
    const control = join(here.directory, 'master');
    await using lab = await startLab({
      account: {},
      clientConfig: ['ControlMaster auto', `ControlPath ${control}`],
    });
    const ssh = labRunner.start({
      file: 'ssh',
      args: ['-M', '-F', lab.configFile, lab.alias, 'echo up; exec cat'],
    });
    await once(ssh.stdout, 'data');
    const { alias, configFile } = lab;
    const report = await examine(here, { alias, configFile }).finally(ssh.terminate);
    expect(report.of('config').fact).toContain(`open shares your live connection at ${control};`);
    // Its own login is looked at all the same.
    expect(report.of('authentication').fact).toMatch(/^by publickey/);
  });

  test('failure mode 11: what of the ssh config porthole does without', async () => {
    const report = await examineLab({
      clientConfig: ['RemoteCommand tmux attach', 'RequestTTY force', 'ForwardAgent yes'],
    });
    expect(report.verdict).toBe('ok');
    expect(report.of('config').fact).toContain(
      'porthole does without its remotecommand, requesttty, forwardagent',
    );
  });

  test('failure mode 13: a control path that is too long', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {} });
    const deep = join(here.directory, 'a'.repeat(60));
    await mkdir(deep, { mode: 0o700 });
    const report = await examine(here, lab, [], { env: { XDG_RUNTIME_DIR: deep } });
    expect(report).toMatchObject({ exitCode: 2, failed: { check: 'here', code: 'path-too-long' } });
    expect(report.of('here').remedy).toContain('XDG_RUNTIME_DIR');
    expect(report.of('handshake')).toMatchObject({ verdict: 'not-reached', because: 'here' });
  });

  test('failure mode 21: the host that Include and Match come to', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {} });
    const configFile = join(here.directory, 'config');
    const text = `Host gpu\n  HostName nowhere.invalid\nMatch originalhost cluster\n  Include ${lab.configFile}\n`;
    await writeFile(
      configFile,
      `Include ${lab.configFile}\nHost cluster\n  HostName 127.0.0.1\n  Port ${lab.port}\n${text}`,
    );
    const report = await examine(here, { alias: 'cluster', configFile });
    expect(report.of('config').fact).toContain(`127.0.0.1 port ${lab.port}`);
    // Nobody told it the host key of that name, or the user: what is there fails by its name.
    expect(report.failed?.check).toMatch(/^(host-key|authentication)$/);
  });

  test.each([
    ['unknown', 'host-key-unknown', /^The host key of lab \(SHA256:\S+\) is not known/],
    ['changed', 'host-key-changed', /has changed\. The known one is in \S+, line 1\./],
  ] as const)('failure mode 22: a host key that is %s', async (knownHosts, code, cause) => {
    const report = await examineLab({ knownHosts });
    expectFailedAt(report, 'host-key');
    expect(report).toMatchObject({
      exitCode: 5,
      failed: { code, cause: expect.stringMatching(cause) },
    });
  });

  test.each([
    [
      'full',
      'size=4k,mode=1777',
      /^Not in the place that comes first: \/tmp\/porthole-\S+: No space left/,
    ],
    [
      'read-only',
      'ro,mode=1777',
      /^Not in the place that comes first: \/tmp\/porthole-\d+: Read-only/,
    ],
    ['not sticky', 'mode=777', /\/tmp may be changed by others and is not sticky/],
  ])('failure mode 25: a /tmp that is %s', async (_, tmpfs, cause) => {
    const report = await examineLab({ mounts: [{ over: '/tmp', tmpfs }] });
    expect(report).toMatchObject({ exitCode: 0, verdict: 'warning' });
    expect(report.of('runtime-directory')).toMatchObject({
      verdict: 'warning',
      fact: expect.stringMatching(/^in \/var\/tmp \(mode 1777/),
      cause: expect.stringMatching(cause),
    });
    expect(report.of('start').verdict).toBe('ok');
  });

  test('failure mode 25: a noexec /tmp is said, and does not matter', async () => {
    const report = await examineLab({ mounts: [{ over: '/tmp', tmpfs: 'noexec,mode=1777' }] });
    expect(report.verdict).toBe('ok');
    expect(report.of('runtime-directory').fact).toContain('noexec, which does not matter');
  });

  test('failure mode 3: a directory in the shared /tmp that somebody else has laid', async () => {
    await using here = await makeWorkplace();
    const shared = join(here.directory, 'shared');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    await using lab = await startLab({ account: {}, mounts: [{ over: '/tmp', with: shared }] });
    await mkdir(join(shared, `porthole-${lab.uid}`), { mode: 0o755 });
    const report = await examine(here, lab);
    expect(report.failed).toMatchObject({ check: 'runtime-directory', code: 'runtime-directory' });
    expect(report.of('runtime-directory').cause).toMatch(/cannot be used: it belongs to user 0\.$/);
    expect(report.of('start')).toMatchObject({
      verdict: 'not-reached',
      because: 'runtime-directory',
    });
    expect(report.of('environments').verdict).toBe('ok');
  });

  test('failure mode 26: a name that nobody knows, with the alias that was meant', async () => {
    await using here = await makeWorkplace();
    const configFile = join(here.directory, 'config');
    await writeFile(configFile, 'Host gpu-server\n  HostName 127.0.0.1\n  Port 1\n');
    const report = await examine(here, { alias: 'gpu-sevrer', configFile });
    expectFailedAt(report, 'name');
    expect(report).toMatchObject({
      exitCode: 3,
      failed: {
        code: 'host-unresolvable',
        remedy: expect.stringContaining('Did you mean "gpu-server"?'),
      },
    });
    const refused = await examine(here, { alias: 'gpu-server', configFile });
    expectFailedAt(refused, 'tcp');
    expect(refused.failed).toMatchObject({
      code: 'connection-refused',
      cause: 'Cannot connect to 127.0.0.1 port 1: connection refused.',
    });
  });

  test('failure mode 26: the name of a jump host that nobody knows', async () => {
    const report = await examineLab({ clientConfig: ['ProxyJump bastion.invalid'] });
    expectFailedAt(report, 'name');
    expect(report.failed).toMatchObject({
      code: 'jump-host-failed',
      cause: expect.stringContaining('jump host bastion.invalid cannot be resolved'),
    });
    expect(report.of('config').fact).toContain('by way of bastion.invalid');
  });

  test('failure mode 27: no Python, and where it was looked for', async () => {
    const report = await examineLab({ mounts: replacePythons() });
    expectFailedAt(report, 'python');
    expect(report).toMatchObject({
      exitCode: 6,
      failed: {
        code: 'python-not-found',
        remedy: expect.stringMatching(/\/usr\/bin\/python3.*miniforge3/),
      },
    });
  });

  test('failure mode 28: a viewer that is too old, with the command that upgrades it', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {} });
    await makeBroken(join(lab.home, '.virtualenvs/old'), { runicorn: '0.4.9' });
    const report = await examine(here, lab);
    expect(report).toMatchObject({ exitCode: 0, verdict: 'warning' });
    expect(report.of('environments')).toMatchObject({
      cause: expect.stringMatching(/^Runicorn 0\.4\.9 in "old" is too old/),
      remedy: expect.stringMatching(
        /-m pip install --upgrade runicorn\. Until then the bundled viewer opens\.$/,
      ),
    });
  });

  test('failure mode 29: nothing, where one session is all that sshd allows', async () => {
    const report = await examineLab({ sshd: { MaxSessions: '1' } });
    expect(report.verdict).toBe('ok');
  });

  test('failure mode 31: a login that prints megabytes and terminal codes, and keeps them out', async () => {
    const flood =
      'head -c 3000000 /dev/zero | tr "\\0" x; printf "\\033]0;owned\\007"; printf "\\033[2J" >&2\n';
    const report = await examineLab({ homeFiles: { '.bashrc': flood } });
    expect(report).toMatchObject({ exitCode: 0, verdict: 'warning' });
    expect(report.of('login-shell').cause).toMatch(/^The login prints \d+ characters/);
    expect(report.output).not.toContain('owned');
    expect(report.output.length).toBeLessThan(20_000);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(report.output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  test.each([
    [
      ['127.0.0.1', '127.0.0.2'],
      'cluster.test is 127.0.0.1, 127.0.0.2 (2 addresses: several machines?)',
    ],
    [['127.0.0.1', '::1'], /^cluster\.test is (127\.0\.0\.1, ::1|::1, 127\.0\.0\.1)$/],
  ])('failure mode 32: a name with the addresses %j', async (addresses, fact) => {
    await using here = await makeWorkplace();
    await using lab = await startLab({
      account: {},
      sshd: { ListenAddress: addresses.filter((address) => address !== '127.0.0.1') },
      clientConfig: ['HostName cluster.test'],
    });
    const hosts = join(here.directory, 'hosts');
    await writeFile(hosts, addresses.map((address) => `${address} cluster.test\n`).join(''));
    const report = await examine(here, lab, ['-o', `HostKeyAlias=[127.0.0.1]:${lab.port}`], {
      mounts: [{ over: '/etc/hosts', with: hosts }],
    });
    expect(report).toMatchObject({ exitCode: 0, verdict: 'ok' });
    expect(report.of('name').fact).toEqual(
      typeof fact === 'string' ? fact : expect.stringMatching(fact),
    );
  });

  test('failure mode 33: a logind that ends what a login leaves', async () => {
    await using here = await makeWorkplace();
    const conf = join(here.directory, 'logind.conf');
    await writeFile(conf, '[Login]\n#KillUserProcesses=no\nKillUserProcesses=yes\n');
    await chmod(here.directory, 0o755);
    await using lab = await startLab({
      account: {},
      mounts: [{ over: '/etc/systemd/logind.conf', with: conf }],
    });
    const report = await examine(here, lab);
    expect(report.of('server')).toMatchObject({
      verdict: 'warning',
      cause: expect.stringContaining('KillUserProcesses=yes'),
      remedy: expect.stringContaining('enable-linger'),
    });
  });

  test('failure mode 34: a python3 that is a wrapper, and the interpreter behind it', async () => {
    await using here = await makeWorkplace();
    const real = join(here.directory, 'python');
    const wrapper = join(here.directory, 'wrapper');
    await copyFile('/usr/bin/python3', real);
    await writeFile(wrapper, `#!/bin/sh\necho "module python loaded"\nexec ${real} "$@"\n`);
    for (const path of [here.directory, real, wrapper]) await chmod(path, 0o755);
    await using lab = await startLab({ account: {}, mounts: replacePythons(wrapper) });
    const report = await examine(here, lab);
    expect(report.verdict).toBe('ok');
    expect(report.of('python').fact).toMatch(new RegExp(`^${real} \\(3\\.\\d+\\.\\d+\\)`));
  });
});
