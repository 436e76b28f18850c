import { describe, expect, test } from 'vitest';
import type { AskedPrompt } from '../../src/ssh/askpass/prompt.ts';
import type { FailureInput } from '../../src/ssh/failure.ts';
import { classify, connectionError } from '../../src/ssh/failures.ts';

const failure = (stderr: string, more: Partial<FailureInput> = {}) =>
  classify({ exitCode: 255, signal: null, host: 'gpu', phase: 'connect', stderr, ...more });

const THROUGH_PROXY = `kex_exchange_identification: Connection closed by remote host\r
Connection closed by UNKNOWN port 65535\r
`;

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
The fingerprint for the ED25519 key sent by the remote host is
SHA256:93r8Tg8S6e+46tFOk7wRdsneU43pS8VAImFLzJ8H6LI.
Offending ED25519 key in /home/ada/my hosts:7
  remove with:
  ssh-keygen -f "/home/ada/my hosts" -R "[127.0.0.1]:40122"
Host key for [127.0.0.1]:40122 has changed and you have requested strict checking.
Host key verification failed.
`;

test.each([
  ['ssh: connect to host 10.0.0.5 port 22: Connection refused', 'connection-refused'],
  ['ssh: connect to host 10.0.0.5 port 22: Connection timed out', 'connection-timeout'],
  ['ssh: connect to host 10.0.0.5 port 22: Operation timed out', 'connection-timeout'],
  ['ssh: connect to host 10.0.0.5 port 22: No route to host', 'network-unreachable'],
  ['ssh: connect to host 10.0.0.5 port 22: Network is unreachable', 'network-unreachable'],
  ['ssh: Could not resolve hostname gpu1: Name or service not known', 'host-unresolvable'],
  ['ada@gpu: Permission denied (publickey,password).', 'auth-failed'],
  [
    'Received disconnect from 10.0.0.5 port 22:2: Too many authentication failures\nDisconnected from 10.0.0.5 port 22',
    'auth-failed',
  ],
  [
    'No ED25519 host key is known for gpu and you have requested strict checking.\nHost key verification failed.',
    'host-key-unknown',
  ],
  ['Host key verification failed.', 'host-key-unknown'],
  [CHANGED, 'host-key-changed'],
  ['@  WARNING: REVOKED HOST KEY DETECTED!  @\nHost key verification failed.', 'host-key-refused'],
  ['kex_exchange_identification: Connection closed by remote host', 'connection-closed'],
  ['kex_exchange_identification: read: Connection reset by peer', 'connection-closed'],
  ['Connection closed by 10.0.0.5 port 22', 'connection-closed'],
  ['Connection reset by 10.0.0.5 port 22', 'connection-closed'],
  ['client_loop: send disconnect: Broken pipe', 'connection-closed'],
  ['Connection to gpu closed by remote host.', 'connection-closed'],
  ['Timeout, server 10.0.0.5 not responding.', 'connection-timeout'],
  ['Connection timed out during banner exchange', 'connection-timeout'],
  ['Connection to 10.0.0.5 port 22 timed out', 'connection-timeout'],
  ['Bad owner or permissions on /home/ada/.ssh/config', 'ssh-config-invalid'],
  ["Can't open user config file /c: No such file or directory", 'ssh-config-invalid'],
  [
    '/c: line 23: Bad configuration option: fooo\r\n/c: terminating, 1 bad configuration options',
    'ssh-config-invalid',
  ],
  [
    "/c line 1: Bad port 'abc'.\n/c: terminating, 1 bad configuration options",
    'ssh-config-invalid',
  ],
  ['command-line: line 0: Bad configuration option: foo', 'ssh-config-invalid'],
  ["Bad port '99999'", 'ssh-config-invalid'],
  ['hostname contains invalid characters', 'invalid-host'],
  ['Invalid -J argument', 'ssh-config-invalid'],
  ['unix_listener: path "/x/y" too long for Unix domain socket', 'path-too-long'],
  [
    'Unable to negotiate with 10.0.0.5 port 22: no matching host key type found. Their offer: ssh-rsa',
    'connection-closed',
  ],
  ['exec request failed on channel 0', 'login-shell'],
  ['something that nobody has seen before', 'connection-closed'],
  ['', 'connection-closed'],
])('ssh says %j: %s', (stderr, code) => {
  const found = failure(`${stderr}\n`);
  expect(found.code).toBe(code);
  expect(found.message).not.toBe('');
  expect(found.hint).not.toBe('');
});

describe('the texts', () => {
  test('name address and reason of a failed connect', () => {
    expect(failure('ssh: connect to host 10.0.0.5 port 2222: Connection refused').message).toBe(
      'Cannot connect to gpu (10.0.0.5 port 2222): Connection refused.',
    );
  });

  test('name the methods that the server accepts', () => {
    const { message } = failure('ada@gpu: Permission denied (publickey,password).');
    expect(message).toContain('gpu (ada@gpu)');
    expect(message).toContain('publickey, password');
  });

  test('name the line of a config and its fault', () => {
    const stderr =
      '/c: line 23: Bad configuration option: fooo\n/c: terminating, 1 bad configuration options\n';
    expect(failure(stderr).message).toContain('/c: line 23: Bad configuration option: fooo');
  });

  test('of a changed key give file, line, fingerprint and the command that removes the old one', () => {
    const { message, hint } = failure(CHANGED);
    expect(message).toContain('/home/ada/my hosts, line 7');
    expect(message).toContain('SHA256:93r8Tg8S6e+46tFOk7wRdsneU43pS8VAImFLzJ8H6LI');
    expect(hint).toMatch(/ssh-keygen -f '\/home\/ada\/my hosts' -R '\[127\.0\.0\.1\]:40122'$/);
  });

  test('tell of a private key that others may read', () => {
    const { code, hint } = failure(
      'Load key "/home/ada/.ssh/id": bad permissions\nada@gpu: Permission denied (publickey).\n',
    );
    expect(code).toBe('auth-failed');
    expect(hint).toContain('chmod 600 /home/ada/.ssh/id');
  });

  test('quote the last words of ssh where nothing is known about them', () => {
    expect(failure('debug\nstrange words\n').message).toContain('strange words');
  });
});

describe('with a jump host', () => {
  test.each([
    ['ssh: connect to host 10.0.0.9 port 1: Connection refused\n', '10.0.0.9 port 1'],
    ['ssh: Could not resolve hostname bastion: Name or service not known\n', 'bastion'],
    [
      'channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed\n',
      'The jump host cannot reach gpu: Connection refused.',
    ],
    [
      'channel 0: open failed: administratively prohibited: open failed\nstdio forwarding failed\n',
      'forbids forwarding',
    ],
    ['/bin/bash: line 1: exec: nc-missing: not found\n', 'ProxyCommand'],
    ['', 'ProxyCommand'],
  ])('%j is a failure on the way', (stderr, words) => {
    const found = failure(stderr + THROUGH_PROXY);
    expect(found.code).toBe('jump-host-failed');
    expect(found.message).toContain(words);
  });

  test('a refused login keeps its name and says who refused', () => {
    const found = failure(`ada@bastion: Permission denied (publickey).\r\n${THROUGH_PROXY}`);
    expect(found.code).toBe('auth-failed');
    expect(found.message).toContain('ada@bastion');
  });
});

describe('with what ssh asked', () => {
  const hostKey = (outcome: AskedPrompt['outcome']): readonly AskedPrompt[] => [
    { kind: 'host-key', text: 'fingerprint is SHA256:abc+/9.', outcome },
  ];
  const password = (outcome: AskedPrompt['outcome']): readonly AskedPrompt[] => [
    { kind: 'password', text: "ada@gpu's password: ", outcome },
  ];
  const DENIED = 'ada@gpu: Permission denied (publickey,password).\n';

  test('a key that nobody could confirm is unknown, and its fingerprint is shown', () => {
    const found = failure('Host key verification failed.', { asked: hostKey('unavailable') });
    expect(found.code).toBe('host-key-unknown');
    expect(found.message).toContain('SHA256:abc+/9');
    expect(found.message).toContain('no terminal');
  });

  test('a key that the user did not confirm is refused', () => {
    const found = failure('Host key verification failed.', { asked: hostKey('refused') });
    expect(found.code).toBe('host-key-refused');
  });

  test('a password that nobody could type needs a terminal', () => {
    const found = failure(DENIED, { asked: password('unavailable') });
    expect(found.code).toBe('auth-needs-terminal');
    expect(found.message).toContain("ada@gpu's password:");
  });

  test('a password that was typed was wrong', () => {
    const found = failure(DENIED, { asked: password('answered') });
    expect(found.code).toBe('auth-failed');
    expect(found.hint).toContain('what was typed');
  });

  test('a prompt that the user gave up is told as such', () => {
    expect(failure(DENIED, { asked: password('refused') }).message).toContain('given up');
  });
});

describe('how it ended', () => {
  test("an exit code that is not ssh's own is the login's", () => {
    const found = failure('Permission denied (publickey).', { exitCode: 1 });
    expect(found.code).toBe('login-shell');
    expect(found.message).toContain('exit code 1');
    expect(failure('', { exitCode: 0 }).code).toBe('login-shell');
  });

  test("once open, the far end's words are no login failure", () => {
    const stderr = 'rm: x: Permission denied (os error 13)\nHost key verification failed.\n';
    expect(failure(stderr, { phase: 'open' }).code).toBe('connection-closed');
    expect(failure('Timeout, server gpu not responding.', { phase: 'open' }).code).toBe(
      'connection-timeout',
    );
    expect(failure('', { phase: 'open', exitCode: 0 }).code).toBe('connection-closed');
  });

  test('a forwarded connection that failed earlier is not given as the reason', () => {
    const stderr = 'channel 2: open failed: connect failed: open failed\r\n';
    const { message } = failure(stderr, { phase: 'open' });
    expect(message).toBe('ssh to gpu ended (exit code 255)');
    expect(failure(`kex: bad news\n${stderr}`, { phase: 'open' }).message).toMatch(
      /: kex: bad news$/,
    );
  });

  test('a signal is told', () => {
    expect(failure('', { exitCode: null, signal: 'SIGKILL' }).message).toContain('SIGKILL');
  });

  test('the error carries the end of the output, neutralised', () => {
    const error = connectionError({
      exitCode: 255,
      signal: null,
      host: 'gpu',
      phase: 'connect',
      stderr: `${'x'.repeat(10_000)}\u001b[31m\nConnection closed by 10.0.0.5 port 22\r\n`,
    });
    expect(error.code).toBe('connection-closed');
    expect(error.output?.length).toBeLessThanOrEqual(4000);
    expect(error.output).toContain('␛[31m');
  });
});
