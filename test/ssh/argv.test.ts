import { describe, expect, test } from 'vitest';
import {
  cancelCommand,
  checkCommand,
  destinationWords,
  execCommand,
  exitCommand,
  forwardCommand,
  type MasterCommandInput,
  masterCommand,
  resolveCommand,
} from '../../src/ssh/argv.ts';

const mux = { ssh: '/usr/bin/ssh', controlPath: '/run/ph/ctl' };

const masterInput: MasterCommandInput = {
  ...mux,
  target: { host: 'gpu' },
  remoteCommand: "exec sh -c 'true'",
  prompting: 'interactive',
  connectTimeoutMs: 15_000,
};

const options = (args: readonly string[]): string[] =>
  args.flatMap((arg, i) => (args[i - 1] === '-o' ? [arg] : []));

describe('the master', () => {
  test('is exactly the command of the design', () => {
    expect(masterCommand(masterInput)).toEqual({
      file: '/usr/bin/ssh',
      args: [
        ...['-M', '-S', '/run/ph/ctl', '-T', '-o', 'ControlPersist=no', '-o', 'RemoteCommand=none'],
        ...['-o', 'RequestTTY=no', '-o', 'ClearAllForwardings=yes', '-o', 'PermitLocalCommand=no'],
        ...['-o', 'ForwardAgent=no', '-o', 'ForwardX11=no', '-o', 'StreamLocalBindUnlink=yes'],
        ...['-o', 'ServerAliveInterval=5', '-o', 'ServerAliveCountMax=3'],
        ...['-o', 'ConnectTimeout=15', '-o', 'LogLevel=INFO', '--', 'gpu', "exec sh -c 'true'"],
      ],
      env: { LC_ALL: 'C', SSH_ASKPASS: undefined, SSH_ASKPASS_REQUIRE: 'never' },
    });
  });

  test('gives every ssh option of the user, in order, before the host', () => {
    const { args } = masterCommand({
      ...masterInput,
      target: {
        host: 'ada@gpu',
        configFile: '/home/ada/my config',
        port: 2222,
        user: 'ada',
        identityFiles: ['/k1', '/k2'],
        options: ['ProxyJump=bastion', 'Compression=yes'],
      },
    });
    expect(args.join('|')).toContain(
      '|-F|/home/ada/my config|-p|2222|-l|ada|-i|/k1|-i|/k2|-o|ProxyJump=bastion|-o|Compression=yes|',
    );
    expect(args.slice(-3)).toEqual(['--', 'ada@gpu', "exec sh -c 'true'"]);
  });

  test('keeps its safety options before those of the user, since the first value wins', () => {
    const user = ['ControlPersist=yes', 'ForwardAgent=yes', 'ServerAliveInterval=60'];
    const given = options(
      masterCommand({ ...masterInput, target: { host: 'gpu', options: user } }).args,
    );
    expect(given.indexOf('ControlPersist=no')).toBeLessThan(given.indexOf('ControlPersist=yes'));
    expect(given.indexOf('ForwardAgent=no')).toBeLessThan(given.indexOf('ForwardAgent=yes'));
  });

  test('lets the user decide on what is only a default of porthole', () => {
    const user = ['ServerAliveInterval=60', 'ConnectTimeout=90'];
    const given = options(
      masterCommand({ ...masterInput, target: { host: 'gpu', options: user } }).args,
    );
    expect(given.indexOf('ServerAliveInterval=60')).toBeLessThan(
      given.indexOf('ServerAliveInterval=5'),
    );
    expect(given.indexOf('ConnectTimeout=90')).toBeLessThan(given.indexOf('ConnectTimeout=15'));
  });

  test('asks nothing in the background', () => {
    expect(options(masterCommand(masterInput).args)).not.toContain('BatchMode=yes');
    const batch = masterCommand({
      ...masterInput,
      prompting: 'batch',
      target: { host: 'gpu', options: ['BatchMode=no'] },
    });
    const given = options(batch.args);
    expect(given.indexOf('BatchMode=yes')).toBeGreaterThanOrEqual(0);
    expect(given.indexOf('BatchMode=yes')).toBeLessThan(given.indexOf('BatchMode=no'));
  });

  test('asks through the given helper, in English', () => {
    const askpass = { SSH_ASKPASS: '/porthole', SSH_ASKPASS_REQUIRE: 'force' };
    expect(masterCommand({ ...masterInput, askpass }).env).toEqual({ ...askpass, LC_ALL: 'C' });
  });

  test('rounds its time-out up to whole seconds, at least one', () => {
    const timeout = (connectTimeoutMs: number) =>
      options(masterCommand({ ...masterInput, connectTimeoutMs }).args).find((option) =>
        option.startsWith('ConnectTimeout='),
      );
    expect(timeout(1)).toBe('ConnectTimeout=1');
    expect(timeout(2001)).toBe('ConnectTimeout=3');
  });

  test('undoes settings of the config that would break it', () => {
    const { args } = masterCommand({ ...masterInput, overrides: ['SessionType=default'] });
    expect(options(args)).toContain('SessionType=default');
  });
});

describe('requests to a live master', () => {
  test('add and cancel a forward to a socket, never by the alias', () => {
    const forward = {
      localSocket: '/run/ph/local.sock',
      remote: { kind: 'socket', path: '/tmp/porthole-0/s/viewer.sock' },
    } as const;
    const args = (request: string) => [
      ...['-F', '/dev/null', '-S', '/run/ph/ctl', '-O', request],
      ...['-L', '/run/ph/local.sock:/tmp/porthole-0/s/viewer.sock', '--', 'mux.invalid'],
    ];
    expect(forwardCommand(mux, forward).args).toEqual(args('forward'));
    expect(cancelCommand(mux, forward).args).toEqual(args('cancel'));
  });

  test("forward to a port of the server's loopback only", () => {
    const { args } = forwardCommand(mux, {
      localSocket: '/run/local.sock',
      remote: { kind: 'tcp', port: 6006 },
    });
    expect(args).toContain('/run/local.sock:127.0.0.1:6006');
  });

  test('carry any path: colons, backslashes and percent signs are escaped', () => {
    const { args } = forwardCommand(
      { ssh: 'ssh', controlPath: '/a%b/ctl' },
      { localSocket: '/a%b/x:y\\z', remote: { kind: 'socket', path: '/r:1' } },
    );
    expect(args).toContain('/a%%b/ctl');
    expect(args).toContain('/a%%b/x\\:y\\\\z:/r\\:1');
  });

  test('check, end, and run a command', () => {
    expect(checkCommand(mux).args.slice(4)).toEqual(['-O', 'check', '--', 'mux.invalid']);
    expect(exitCommand(mux).args.slice(4)).toEqual(['-O', 'exit', '--', 'mux.invalid']);
    expect(execCommand(mux, 'true').args).toEqual([
      ...['-F', '/dev/null', '-S', '/run/ph/ctl', '-o', 'ControlMaster=no'],
      ...['-o', 'ProxyCommand=false', '-T', '--', 'mux.invalid', 'true'],
    ]);
  });

  test('never open a dialogue', () => {
    for (const command of [checkCommand(mux), exitCommand(mux), execCommand(mux, 'true')]) {
      expect(command.env).toMatchObject({ SSH_ASKPASS: undefined, SSH_ASKPASS_REQUIRE: 'never' });
    }
  });
});

test('the configuration of a host is asked for with the options of the user', () => {
  expect(
    resolveCommand('ssh', { host: 'gpu', configFile: '/c', options: ['User=ada'] }).args,
  ).toEqual(['-G', '-F', '/c', '-o', 'User=ada', '--', 'gpu']);
});

test('what is to be tried by hand leads to the same server by the same way', () => {
  expect(destinationWords({ host: 'gpu' })).toBe('gpu');
  expect(
    destinationWords({
      ...{ host: 'ada@gpu', configFile: '/my config', port: 2222, user: 'ada' },
      ...{ identityFiles: ['/k'], options: ['ProxyJump=hop'] },
    }),
  ).toBe("-F '/my config' -p 2222 -l ada -i /k -o ProxyJump=hop ada@gpu");
});
