import { describe, expect, test } from 'vitest';
import { PortholeError } from '../../../src/core/errors.ts';
import type { Diagnosis } from '../../../src/remote/protocol/diagnosis.ts';
import { judgeProbe } from '../../../src/session/doctor/checks/environments.ts';
import {
  judgeAuthentication,
  judgeShell,
} from '../../../src/session/doctor/checks/login-checks.ts';
import { judgePython } from '../../../src/session/doctor/checks/python.ts';
import { judgeBases } from '../../../src/session/doctor/checks/runtime-directory.ts';
import { judgeServer } from '../../../src/session/doctor/checks/server.ts';
import { judgeSsh } from '../../../src/session/doctor/checks/ssh-program.ts';
import { judgeTcp } from '../../../src/session/doctor/checks/tcp.ts';
import {
  judgeChannel,
  judgeMultiplexing,
  judgeTcp as judgePort,
  judgeSocket,
} from '../../../src/session/doctor/checks/tunnel-checks.ts';
import type { LoginView } from '../../../src/session/doctor/login.ts';
import { ownerOf } from '../../../src/session/doctor/login-owner.ts';
import { NO_SIGNS } from '../../../src/ssh/login-lines.ts';
import { PACKAGED_VIEWERS } from '../../../src/viewers/registry.ts';

const base = (changes: Partial<Diagnosis['bases'][number]>): Diagnosis['bases'][number] => ({
  ...{ path: '/tmp', problem: null, trap: false, mode: '1777' },
  ...{ freeBytes: 3 * 1024 ** 3, freeFiles: null, noexec: false, readOnly: false },
  ...changes,
});

describe('the runtime directory', () => {
  test('is the first place that works, with its room', () => {
    expect(judgeBases([base({}), base({ path: '/var/tmp' })])).toEqual({
      verdict: 'ok',
      fact: 'in /tmp (mode 1777, 3.0 GiB free)',
    });
  });

  test('failure mode 25: is nowhere, where every place is full or read-only', () => {
    const bases = ['/tmp', '/var/tmp'].map((path) => base({ path, problem: `${path}: full` }));
    expect(judgeBases(bases)).toMatchObject({
      verdict: 'failed',
      code: 'runtime-directory',
      cause: 'No private directory can be made on the server: /tmp: full; /var/tmp: full.',
    });
  });

  test('with little room left is a warning', () => {
    expect(judgeBases([base({ freeBytes: 1024 * 1024 })])).toMatchObject({
      verdict: 'warning',
      cause: 'There are only 1.0 MiB left in /tmp.',
    });
  });

  test('is a failure where a trap was laid, though another place would do: so does open', () => {
    const trap = base({ trap: true, problem: '/tmp/porthole-1 cannot be used: it is a link' });
    expect(judgeBases([trap, base({ path: '/var/tmp' })])).toMatchObject({
      verdict: 'failed',
      cause: '/tmp/porthole-1 cannot be used: it is a link.',
    });
  });
});

const passed = { kind: 'passed', ms: 3 } as const;
const refused = { kind: 'refused', reason: 'open failed' } as const;
const untried = { kind: 'untried' } as const;

describe('the ways through', () => {
  test('where all are open', () => {
    const all = { socket: passed, tcp: passed, channel: passed };
    for (const judge of [judgeSocket, judgePort, judgeChannel]) {
      expect(judge(all)).toEqual({ verdict: 'ok', fact: 'a request passed in 3 ms' });
    }
    expect(judgeMultiplexing('forward').verdict).toBe('ok');
  });

  test('failure mode 4: name the setting of sshd that closes them, and what is left', () => {
    const none = { socket: refused, tcp: refused, channel: passed };
    expect(judgeSocket(none)).toMatchObject({
      verdict: 'warning',
      cause: expect.stringContaining('AllowTcpForwarding no'),
      remedy: expect.stringContaining('its own channel instead'),
    });
    const ports = { socket: refused, tcp: passed, channel: passed };
    expect(judgeSocket(ports)).toMatchObject({
      cause: expect.stringContaining('AllowStreamLocalForwarding no'),
    });
    const sockets = { socket: passed, tcp: refused, channel: passed };
    expect(judgePort(sockets)).toMatchObject({ cause: expect.stringContaining('PermitOpen') });
  });

  test('fail only where none is left', () => {
    expect(judgeChannel({ socket: refused, tcp: refused, channel: refused })).toMatchObject({
      verdict: 'failed',
      code: 'forward-refused',
    });
    expect(judgeChannel({ socket: passed, tcp: passed, channel: refused }).verdict).toBe('warning');
  });

  test('without multiplexing here are not blamed on the server', () => {
    const only = { socket: untried, tcp: untried, channel: passed };
    expect(judgeSocket(only)).toMatchObject({
      verdict: 'ok',
      fact: expect.stringContaining('not tried'),
    });
    expect(judgeMultiplexing('agent-channel')).toMatchObject({ verdict: 'warning' });
  });

  test('that lead to something else are a failure, whatever it says', () => {
    const strange = { kind: 'strange', body: '<html>' } as const;
    expect(judgeSocket({ socket: strange, tcp: passed, channel: passed })).toMatchObject({
      verdict: 'failed',
      cause: expect.stringContaining('"<html>"'),
    });
  });
});

const view = (changes: Partial<LoginView>): LoginView => ({
  ...{ signs: NO_SIGNS, asked: [], outcome: undefined },
  ...changes,
});

const failedWith = (code: PortholeError['code']): LoginView['outcome'] => ({
  kind: 'failed',
  error: new PortholeError({ code, message: 'It failed.', hint: 'Do this.' }),
});

describe('a login', () => {
  test('tells what was asked, in words that hold no answer', () => {
    const signs = {
      ...NO_SIGNS,
      ...{ accepts: ['publickey', 'keyboard-interactive'], tried: ['keyboard-interactive'] },
      authenticatedBy: 'keyboard-interactive',
    };
    expect(judgeAuthentication(view({ signs, asked: ['password', 'code'] }))).toEqual({
      verdict: 'ok',
      fact: 'by keyboard-interactive; the server accepts publickey, keyboard-interactive; ssh tried keyboard-interactive; asked for a password, a one-time code',
    });
  });

  test('that fails says what was tried, and that there was no key where there was none', () => {
    const signs = { ...NO_SIGNS, accepts: ['publickey'], tried: ['publickey'] };
    expect(judgeAuthentication(view({ signs, outcome: failedWith('auth-failed') }))).toEqual({
      ...{ verdict: 'failed', code: 'auth-failed', remedy: 'Do this.' },
      cause:
        'It failed (the server accepts publickey; ssh tried publickey; ssh had no key to offer).',
    });
  });

  test.each([
    ['host-key-changed', {}, 'host-key'],
    ['auth-needs-terminal', {}, 'authentication'],
    ['login-shell', {}, 'login-shell'],
    ['protocol-error', {}, 'login-shell'],
    ['python-not-found', {}, 'python'],
    ['jump-host-failed', {}, 'handshake'],
    ['connection-closed', {}, 'handshake'],
    ['connection-closed', { accepts: ['publickey'] }, 'authentication'],
    ['connection-timeout', { authenticatedBy: 'publickey' }, 'login-shell'],
  ] as const)('that ends with %s after %j failed at the step %s', (code, signs, step) => {
    const error = new PortholeError({ code, message: 'It failed.' });
    expect(ownerOf(error, { ...NO_SIGNS, ...signs })).toBe(step);
  });

  test('failure mode 7: counts what the login prints and shows none of it', () => {
    const hello = { hello: 1, python: [3, 11, 2], executable: '/usr/bin/python3', pid: 1 } as const;
    const outcome = {
      kind: 'opened',
      hello: { ...hello, python: [3, 11, 2] as [number, number, number] },
      noise: 'TOKEN=x\nb\n',
    } as const;
    const finding = judgeShell(view({ outcome }));
    expect(finding).toMatchObject({
      verdict: 'warning',
      cause: 'The login prints 10 characters in 2 lines before any command runs.',
    });
    expect(JSON.stringify(finding)).not.toContain('TOKEN');
  });
});

describe('the network', () => {
  const where = 'gpu port 22';

  test('is an ssh server, whatever it says before its version', () => {
    const banner = 'Welcome\r\nSSH-2.0-OpenSSH_9.2p1\r\n';
    expect(judgeTcp({ kind: 'connected', where, banner })).toEqual({
      verdict: 'ok',
      fact: 'gpu port 22 answers as SSH-2.0-OpenSSH_9.2p1',
    });
  });

  test('is none where something else answers, or the line is cut at once', () => {
    expect(judgeTcp({ kind: 'connected', where, banner: 'HTTP/1.1 400 Bad\r\n' })).toMatchObject({
      verdict: 'failed',
      cause: 'What answers on gpu port 22 is no ssh server: it says "HTTP/1.1 400 Bad".',
    });
    expect(judgeTcp({ kind: 'connected', where, banner: '' })).toMatchObject({
      cause: expect.stringContaining('ends it without a word'),
      remedy: expect.stringContaining('MaxStartups'),
    });
  });
});

describe('the server', () => {
  const host = {
    ...{ os: 'Debian 12', hostname: 'gpu1', user: 'ada', uid: 1000, home: '/home/ada' },
    ...{ shell: '/bin/zsh', machineId: null, bootId: null },
  };
  const diagnosis = {
    ...{ host, wallMs: 0, pythons: [], bases: [], killsUserProcesses: false, hasProc: true },
  };

  test('tells a clock that is wrong, and how', () => {
    expect(judgeServer({ diagnosis, skewMs: 500 })).toEqual({
      verdict: 'ok',
      fact: 'Debian 12, ada@gpu1, /bin/zsh',
    });
    expect(judgeServer({ diagnosis, skewMs: -3_600_000 })).toMatchObject({
      verdict: 'warning',
      fact: expect.stringContaining('its clock is 3600 s behind'),
      cause: expect.stringContaining('differ by 3600 s'),
    });
  });

  test('failure mode 34: tells which interpreters were passed over', () => {
    const pythons = [
      { path: '/usr/bin/python3', version: null, executable: null },
      { path: '/opt/a/bin/python3', version: '3.6.8', executable: '/opt/a/bin/python3' },
      { path: '/opt/b/bin/python3', version: '3.11.2', executable: '/opt/b/bin/python3.11' },
    ];
    const hello = { hello: 1, executable: '/opt/b/bin/python3.11', pid: 1 } as const;
    const finding = judgePython({ ...hello, python: [3, 11, 2] }, { pythons });
    expect(finding).toEqual({
      verdict: 'ok',
      fact: '/opt/b/bin/python3.11 (3.11.2); there are also /usr/bin/python3 (does not run, or is none), /opt/a/bin/python3 (3.6.8)',
    });
  });

  test('failure mode 20: tells what was too slow to be looked at, not what is merely closed', () => {
    const none = { environments: [], storageRoots: [] };
    const closed = { path: '/root', reason: 'permission denied' };
    const slow = { path: '/home/ada', reason: 'no answer within 2 s' };
    expect(judgeProbe({ ...none, partial: [closed] }, PACKAGED_VIEWERS).verdict).toBe('ok');
    expect(judgeProbe({ ...none, partial: [closed, slow] }, PACKAGED_VIEWERS)).toMatchObject({
      verdict: 'warning',
      cause: 'Not everything could be looked at: /home/ada (no answer within 2 s).',
    });
  });
});

test('ssh here is named where it is older than what lets porthole ask, or no OpenSSH', () => {
  const path = '/usr/bin/ssh';
  const version = { major: 8, minor: 2, text: 'OpenSSH_8.2p1' };
  expect(judgeSsh({ path, version })).toMatchObject({ verdict: 'warning' });
  expect(judgeSsh({ path, version: { ...version, minor: 4 } }).verdict).toBe('ok');
  expect(judgeSsh({ path, version: undefined })).toMatchObject({ verdict: 'warning' });
});
