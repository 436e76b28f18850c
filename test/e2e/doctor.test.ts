import { beforeEach, describe, expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { examine } from './doctor.ts';
import { expectNothingLeft } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

describe('porthole doctor', () => {
  test('makes every step to an ordinary server, and leaves nothing', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {} });
    const report = await examine(here, lab);
    expect([...report.results.values()].filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(report).toMatchObject({ exitCode: 0, verdict: 'ok', failed: null });
    expect(report.of('tcp').fact).toContain(
      `127.0.0.1 port ${lab.port} answers as SSH-2.0-OpenSSH`,
    );
    expect(report.of('host-key').fact).toMatch(/^ssh-ed25519 SHA256:\S+, known by \/.*:1$/);
    expect(report.of('authentication').fact).toMatch(
      /^by publickey; the server accepts publickey;/,
    );
    expect(report.of('server').fact).toContain(`${lab.user}@`);
    expect(report.of('runtime-directory').fact).toMatch(/^in \/tmp \(mode 1777, /);
    expect(report.of('forward-socket').fact).toMatch(/^a request passed in \d+ ms$/);
    expect(report.of('forward-tcp').fact).toMatch(/^a request passed in \d+ ms$/);
  });

  test('tells people the same on stdout, with the command for what fails, and the code on stderr', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {}, knownHosts: 'changed' });
    const { stdout, stderr, exitCode } = await here.run([
      'doctor',
      lab.alias,
      '-F',
      lab.configFile,
    ]);
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/^ {2}✓ this machine +porthole \d/);
    expect(stdout).toMatch(/^ {2}✗ host key +The host key of .* has changed/m);
    expect(stdout).toContain(
      `by hand: ssh -o StrictHostKeyChecking=yes -F ${lab.configFile} lab true`,
    );
    expect(stdout).toMatch(/^ {2}- authentication +not reached, because of: host key$/m);
    expect(stdout).toMatch(/^does not open: lab fails at "host key"\. \(\d+\.\d s\)\n$/m);
    expect(stderr).toMatch(
      /^error: lab does not open: host key, see above\. {2}\[host-key-changed\]\n$/,
    );
  });

  test('holds nothing that was typed, sent, or told to a ProxyCommand', async () => {
    await using here = await makeWorkplace();
    const secrets = [
      'pass-w0rd-typed',
      'sent-t0ken',
      'sent-t0ken-2',
      'proxy-t0ken',
      'printed-t0ken',
    ];
    const [password = '', sent, alsoSent, proxied, printed] = secrets;
    await using hop = await startLab({ alias: 'hop' });
    const homeFiles = { '.bashrc': `echo WANDB_API_KEY=${printed}; echo ${printed} >&2\n` };
    await using lab = await startLab({
      account: { password },
      homeFiles,
      clientConfig: [
        ...['PubkeyAuthentication no', `SetEnv WANDB_API_KEY=${sent}`, 'LogLevel DEBUG3'],
        `ProxyCommand env TOKEN=${proxied} ssh -F ${hop.configFile} -W %h:%p hop`,
      ],
    });
    const option = ['-o', `SetEnv=OTHER_KEY=${alsoSent}`];
    const words = ['doctor', lab.alias, '-F', lab.configFile, ...option];
    const typed = [{ expect: 'password:', send: `${password}\r` }];
    const good = await here.onTerminal(words, typed);
    expect(good.transcript).toMatch(/authentication.* by password;.*asked for a\s+password/s);
    expect(good.exit).toBe(0);
    // Where it fails, hints and commands hold the options; without a terminal nothing can be typed.
    const failing = await examine(here, lab, [...option, '-o', `LocalCommand=echo ${proxied}`]);
    expect(failing.failed).toMatchObject({ check: 'authentication', code: 'auth-needs-terminal' });
    expect(failing.of('authentication').command).toContain('SetEnv=(hidden)');
    const verbose = await here.run([...words, '-v']);
    for (const secret of secrets) {
      expect(good.transcript).not.toContain(secret);
      expect(failing.output).not.toContain(secret);
      expect(verbose.stdout).not.toContain(secret);
    }
  });

  test('tells of a porthole that hangs, and goes on', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {} });
    await using other = await startLab({ account: {} });
    const hub = here.open(other, ['--viewer', 'builtin', '--storage', other.home]);
    await hub.ready();
    process.kill(hub.pid, 'SIGSTOP');
    try {
      const ran = await here.run(['doctor', lab.alias, '-F', lab.configFile]);
      expect(ran.exitCode).toBe(2);
      expect(ran.stdout).toMatch(
        /✗ running porthole +Another porthole \(process \d+\) holds the lock/,
      );
      expect(ran.stdout).toMatch(new RegExp(`-> If it hangs, end it by: kill -9 ${hub.pid} `));
      expect(ran.stdout).toMatch(/✓ forward to a socket/);
      expect(ran.stderr).toContain('[hub-unreachable]');
    } finally {
      process.kill(hub.pid, 'SIGCONT');
    }
    await hub.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test('leaves nothing where it is interrupted in the middle', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {}, homeFiles: { '.bashrc': 'sleep 600\n' } });
    const doctor = here.start(['doctor', lab.alias, '-F', lab.configFile]);
    await doctor.text('✓ authentication');
    expect(await doctor.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test('leaves nothing here where it is killed, once the next command has run', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {}, homeFiles: { '.bashrc': 'read -r line\n' } });
    const doctor = here.start(['doctor', lab.alias, '-F', lab.configFile]);
    await doctor.text('✓ authentication');
    await doctor.end('SIGKILL');
    expect(await here.remains()).not.toEqual([]);
    await here.run(['ls']);
    await expect.poll(() => here.remains(), { timeout: 60_000 }).toEqual([]);
  });
});

describe('failure mode 4: doctor', () => {
  test.each([
    [{ AllowTcpForwarding: 'no' }, 'AllowTcpForwarding no', 'warning'],
    [{ AllowStreamLocalForwarding: 'no' }, 'AllowStreamLocalForwarding no', 'ok'],
  ] as const)(
    'names a server that forbids forwards (%j), and the way that is left',
    async (sshd, named, ports) => {
      await using here = await makeWorkplace();
      await using lab = await startLab({ account: {}, sshd });
      const report = await examine(here, lab);
      expect(report).toMatchObject({ exitCode: 0, verdict: 'warning' });
      expect(report.of('forward-socket')).toMatchObject({
        verdict: 'warning',
        cause: expect.stringContaining(named),
        remedy: expect.stringContaining('over its own channel instead'),
      });
      expect(report.of('forward-tcp').verdict).toBe(ports);
      expect(report.of('agent-channel')).toMatchObject({
        verdict: 'ok',
        fact: expect.stringMatching(/^a request passed/),
      });
    },
  );

  test('blames no server where it is this machine that takes no forwards (--no-mux)', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {} });
    const report = await examine(here, lab, ['--no-mux']);
    expect(report).toMatchObject({ exitCode: 0, verdict: 'warning' });
    expect(report.of('multiplexing')).toMatchObject({
      verdict: 'warning',
      cause: expect.stringContaining('no control socket'),
    });
    for (const check of ['forward-socket', 'forward-tcp'] as const) {
      expect(report.of(check).fact).toContain('not tried');
    }
    expect(report.of('agent-channel').fact).toMatch(/^a request passed/);
  });
});
