import { beforeEach, describe, expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { examine } from './doctor.ts';
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
});
