import { access, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { LAB_SHELLS } from './account.ts';
import { haveOrSkip, program, ROOT, SSHD } from './have-or-skip.ts';
import { type Lab, startLab } from './lab.ts';
import { replacePythons } from './mounts.ts';
import { homeThatExecs, homeThatExits, noisyHome } from './noisy-home.ts';
import { processesWith } from './processes.ts';
import { labRunner, runOrThrow } from './run.ts';

const sshTo = ({ configFile, alias }: Lab, command: string, options: readonly string[] = []) => ({
  file: 'ssh',
  args: ['-F', configFile, '-o', 'BatchMode=yes', ...options, alias, command],
});

describe('a lab', () => {
  test('is reached by its alias with the real ssh, in a home of its own', async (context) => {
    haveOrSkip(context, SSHD);
    await using lab = await startLab();
    const said = await runOrThrow(sshTo(lab, 'echo $HOME $LAB_OF_TEST'));
    expect(said.trim()).toBe(`${join(lab.directory, 'home')} ${basename(lab.directory)}`);
  });

  test('leaves no process and no file behind, also of a session that detached itself', async (context) => {
    haveOrSkip(context, SSHD);
    const lab = await startLab();
    const marker = basename(lab.directory);
    await runOrThrow(sshTo(lab, 'setsid sleep 1000 >/dev/null 2>&1 </dev/null & echo started'));
    const living = labRunner.start(sshTo(lab, 'echo up; exec sleep 1000'));
    await new Promise((resolve) => living.stdout.once('data', resolve));
    expect(await lab.connections()).toBe(1);
    expect((await processesWith(lab.marker)).length).toBeGreaterThanOrEqual(2);

    await lab[Symbol.asyncDispose]();
    expect((await living.exited).exitCode).toBe(255);
    expect(await processesWith(marker)).toEqual([]);
    await expect(access(lab.directory)).rejects.toThrow('ENOENT');
  });

  test('takes the options of sshd, environment, banner and client config that it is given', async (context) => {
    haveOrSkip(context, SSHD);
    await using lab = await startLab({
      alias: 'gpu',
      banner: 'Authorised use only\n',
      setEnv: { GREETING: 'a "b" c' },
      sshd: { ForceCommand: 'echo forced $GREETING' },
      clientConfig: ['LogLevel INFO'],
    });
    const { stdout, stderr } = await labRunner.run(sshTo(lab, 'echo asked'));
    expect(stdout).toBe('forced a "b" c\n');
    expect(stderr).toContain('Authorised use only');
    expect(lab.sshdLog()).toContain('Accepted publickey');
  });

  test.for([
    ['unknown', 'host key is known for'],
    ['changed', 'REMOTE HOST IDENTIFICATION HAS CHANGED'],
  ] as const)('has a host key that is %s where asked', async ([knownHosts, complaint], context) => {
    haveOrSkip(context, SSHD);
    await using lab = await startLab({ knownHosts });
    const { exitCode, stderr } = await labRunner.run(
      sshTo(lab, 'true', ['-o', 'StrictHostKeyChecking=yes']),
    );
    expect(exitCode).toBe(255);
    expect(stderr).toContain(complaint);
  });

  test('comes back on its port after a stop', async (context) => {
    haveOrSkip(context, SSHD);
    await using lab = await startLab();
    await lab.stop();
    const down = await labRunner.run(sshTo(lab, 'true'));
    expect(down.stderr).toContain('Connection refused');
    await lab.restart();
    expect(await runOrThrow(sshTo(lab, 'echo back'))).toBe('back\n');
  });

  test('is reached through a hop', async (context) => {
    haveOrSkip(context, SSHD);
    await using lab = await startLab({ jump: {} });
    const said = await runOrThrow(sshTo(lab, 'echo there'));
    expect(said).toBe('there\n');
    expect(lab.jump?.sshdLog()).toContain('Accepted publickey');
  });
});

describe('the link of a lab', () => {
  test('delays both ways, and the connect as well', async (context) => {
    haveOrSkip(context, SSHD);
    await using lab = await startLab({ relay: { delayMs: 30 } });
    const startedMs = systemClock.monotonicMs();
    await runOrThrow(sshTo(lab, 'true'));
    // Connect, version, key exchange, service, login, session: six round trips at the very least.
    expect(systemClock.monotonicMs() - startedMs).toBeGreaterThan(6 * 60);
  });

  test('holds its rate', async (context) => {
    haveOrSkip(context, SSHD);
    await using lab = await startLab({ relay: { down: { bitsPerSecond: 4_000_000 } } });
    const startedMs = systemClock.monotonicMs();
    const said = await runOrThrow(sshTo(lab, 'head -c 250000 /dev/zero | tr "\\0" x'));
    expect(said).toHaveLength(250_000);
    expect(systemClock.monotonicMs() - startedMs).toBeGreaterThan(500);
  });

  test('goes on after a black hole, and ends at once when it is cut', async (context) => {
    haveOrSkip(context, SSHD);
    await using lab = await startLab({ relay: {} });
    const { relay } = lab;
    const session = labRunner.start(sshTo(lab, 'exec cat'));
    const heard = session.stdout[Symbol.asyncIterator]();
    session.stdin.write('one\n');
    expect(String((await heard.next()).value)).toBe('one\n');

    relay?.blackhole();
    const upBefore = relay?.bytes().up;
    session.stdin.write('two\n');
    await expect(
      labRunner.run(sshTo(lab, 'true', ['-o', 'ConnectTimeout=1'])),
    ).resolves.toMatchObject({ exitCode: 255, stderr: expect.stringContaining('timed out') });
    expect(relay?.bytes().up).toBe(upBefore);

    relay?.restore();
    expect(String((await heard.next()).value)).toBe('two\n');
    relay?.cut();
    expect((await session.exited).exitCode).toBe(255);
    expect((await labRunner.run(sshTo(lab, 'true'))).exitCode).toBe(255);
  });
});

describe('a throwaway account', () => {
  test.for(LAB_SHELLS)('logs in to %s', async (shell, context) => {
    haveOrSkip(context, ROOT, SSHD, program(shell === 'ash' ? 'busybox' : shell));
    await using lab = await startLab({ account: { shell } });
    const said = await runOrThrow(sshTo(lab, 'echo $SHELL; id -un'));
    expect(said).toMatch(new RegExp(`/${shell}\n${lab.user}\n$`));
  });

  test('logs in with a password, and is gone afterwards with all that it ran', async (context) => {
    haveOrSkip(context, ROOT, SSHD);
    const lab = await startLab({ account: { password: 'open, "sesame"' } });
    const askpass = join(lab.directory, 'askpass');
    await runOrThrow({ file: 'sh', args: ['-c', WRITE_ASKPASS, 'sh', askpass] });
    const { args, file } = sshTo(lab, 'setsid sleep 1000 >/dev/null 2>&1 </dev/null & id -un');
    const env = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', ANSWER: 'open, "sesame"' };
    const byPassword = ['-o', 'BatchMode=no', '-o', 'PubkeyAuthentication=no', ...args];
    expect(await runOrThrow({ file, args: byPassword, env })).toBe(`${lab.user}\n`);

    await lab[Symbol.asyncDispose]();
    expect((await labRunner.run({ file: 'id', args: [lab.user] })).exitCode).not.toBe(0);
    expect(await processesWith(basename(lab.directory))).toEqual([]);
  });
});

describe('rc files of an account', () => {
  const PRINTING = ['bash', 'zsh', 'fish', 'tcsh'] as const;

  test.for(PRINTING)('print into the session of %s where asked', async (shell, context) => {
    haveOrSkip(context, ROOT, SSHD, program(shell));
    await using lab = await startLab({ account: { shell }, homeFiles: noisyHome() });
    const said = await labRunner.run(sshTo(lab, 'echo asked'));
    expect(said.stdout).toMatch(/Welcome.* to the cluster[\s\S]*no newlineasked\n$/);
    expect(said.stderr).toContain('quota');
  });

  test.for(PRINTING)('end the session of %s where asked', async (shell, context) => {
    haveOrSkip(context, ROOT, SSHD, program(shell));
    await using lab = await startLab({ account: { shell }, homeFiles: homeThatExits(3) });
    expect(await labRunner.run(sshTo(lab, 'echo asked'))).toMatchObject({
      exitCode: 3,
      stdout: '',
    });
  });

  test.for(PRINTING)('put another shell in the place of %s where asked', async (shell, context) => {
    haveOrSkip(context, ROOT, SSHD, program(shell));
    await using lab = await startLab({ account: { shell }, homeFiles: homeThatExecs('dash') });
    const said = await labRunner.run(sshTo(lab, 'echo asked'), { input: 'echo read by $0\n' });
    expect(said.stdout).toBe('read by dash\n');
  });
});

describe('labs of runs that crashed', () => {
  test('are swept at the next start, with account and processes', async (context) => {
    haveOrSkip(context, ROOT, SSHD);
    const crash = await labRunner.run(runOf('crash'));
    expect(crash).toMatchObject({ signal: 'SIGKILL' });
    const { directory, user } = JSON.parse(crash.stdout);
    expect((await labRunner.run({ file: 'id', args: [user] })).exitCode).toBe(0);

    await runOrThrow(runOf('end'));
    await expect(access(directory)).rejects.toThrow('ENOENT');
    expect((await labRunner.run({ file: 'id', args: [user] })).exitCode).not.toBe(0);
    expect(await processesWith(basename(directory))).toEqual([]);
  });
});

describe('mounts of a lab', () => {
  test('hide every Python and fill /tmp for its sessions alone', async (context) => {
    haveOrSkip(context, ROOT, SSHD, program('unshare', 'util-linux'));
    await using lab = await startLab({
      account: {},
      mounts: [...replacePythons(), { over: '/tmp', tmpfs: 'size=64k,mode=1777' }],
    });
    const said = await labRunner.run(sshTo(lab, 'ls -A /tmp | wc -l; /usr/bin/python3 -V'));
    expect(said.stdout).toBe('0\n');
    expect(said.exitCode).toBe(126);
    expect((await readdir('/tmp')).length).toBeGreaterThan(0);
  });
});

/** A process of its own that starts a lab: a sweep is made once in each. */
const runOf = (end: 'crash' | 'end') => ({
  file: process.execPath,
  args: [join(import.meta.dirname, 'run-of-a-lab.mjs'), end],
});

const WRITE_ASKPASS = `printf '#!/bin/sh\\nprintf "%%s\\\\n" "$ANSWER"\\n' >"$1" && chmod +x "$1"`;
