import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkCommand, execCommand } from '../../src/ssh/argv.ts';
import { resolveHost } from '../../src/ssh/resolve-host.ts';
import type { SshTarget } from '../../src/ssh/target.ts';
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts';
import { openWorkshop, untilUp, type Workshop } from './connecting.ts';

/** sshd ends its part of a connection a moment after ours. */
const PATIENT = { timeout: 60_000 };

let workshop: Workshop;
let labs: Lab[];
let servers: Server[];

beforeEach(async () => {
  workshop = await openWorkshop();
  labs = [];
  servers = [];
});

afterEach(async () => {
  await workshop[Symbol.asyncDispose]();
  for (const server of servers) server.close();
  for (const lab of labs) await lab[Symbol.asyncDispose]();
});

const lab = async (options?: LabOptions): Promise<Lab> => {
  const one = await startLab(options);
  labs.push(one);
  return one;
};

const targetOf = ({ alias, configFile }: Lab, more: Partial<SshTarget> = {}): SshTarget => ({
  host: alias,
  configFile,
  ...more,
});

const open = async (one: Lab, more: Partial<SshTarget> = {}) => {
  const master = await workshop.connect({ target: targetOf(one, more) });
  await untilUp(master);
  return master;
};

const path = (name: string): string => join(workshop.directory, name);

/** A server on a unix socket or a port of this machine, which is the far end as well. */
const greeter = async (where: string | number): Promise<number> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('hello from the far end');
  });
  servers.push(server);
  await new Promise<void>((resolve) =>
    typeof where === 'string'
      ? server.listen(where, resolve)
      : server.listen(where, '127.0.0.1', resolve),
  );
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** The first bytes that come over a local socket; rejects where nobody listens. */
const greetingAt = (socketPath: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    socket.once('error', reject);
    socket.once('data', (chunk: Buffer) => {
      resolve(chunk.toString());
      socket.destroy();
    });
  });

test('one ssh process is master and session: it echoes, and answers on the control socket', async () => {
  const master = await open(await lab());
  const echoed = new Promise((resolve) =>
    master.stdout.once('data', (chunk) => resolve(`${chunk}`)),
  );
  master.stdin.write('over there and back\n');
  expect(await echoed).toBe('over there and back\n');
  const mux = { ssh: 'ssh', controlPath: path('ctl-1') };
  expect((await workshop.runner.run(checkCommand(mux))).exitCode).toBe(0);
});

test('forwards to a socket and to a port work, for this user only, and end with their file', async () => {
  const master = await open(await lab());
  await greeter(path('viewer.sock'));
  const port = await greeter(0);
  const toSocket = {
    localSocket: path('a:b%c\\d.sock'),
    remote: { kind: 'socket', path: path('viewer.sock') },
  } as const;
  const toPort = { localSocket: path('two.sock'), remote: { kind: 'tcp', port } } as const;
  for (const forward of [toSocket, toPort]) {
    await master.addForward(forward);
    expect((await stat(forward.localSocket)).mode & 0o777).toBe(0o600);
    expect(await greetingAt(forward.localSocket)).toBe('hello from the far end');
  }
  await master.cancelForward(toSocket);
  expect(existsSync(toSocket.localSocket)).toBe(false);
  expect(await greetingAt(toPort.localSocket)).toBe('hello from the far end');
  await master.addForward(toSocket);
  expect(await greetingAt(toSocket.localSocket)).toBe('hello from the far end');
});

test('a socket file in the place of a forward is replaced', async () => {
  const master = await open(await lab());
  await greeter(path('viewer.sock'));
  const { exitCode } = await workshop.runner.run({
    file: 'python3',
    args: [
      '-c',
      'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])',
      path('l.sock'),
    ],
  });
  expect(exitCode).toBe(0);
  const remote = { kind: 'socket', path: path('viewer.sock') } as const;
  await master.addForward({ localSocket: path('l.sock'), remote });
  expect(await greetingAt(path('l.sock'))).toBe('hello from the far end');
});

test('a forward that cannot be bound is refused with the reason', async () => {
  const master = await open(await lab());
  const refused = master.addForward({
    localSocket: path('missing-directory/local.sock'),
    remote: { kind: 'tcp', port: 1 },
  });
  await expect(refused).rejects.toMatchObject({
    code: 'forward-refused',
    message: expect.stringContaining('No such file or directory'),
  });
});

test('a forward over a connection that is gone is refused, and cancelling it still removes the file', async () => {
  const master = await open(await lab());
  const forward = { localSocket: path('l.sock'), remote: { kind: 'tcp', port: 1 } } as const;
  await master.addForward(forward);
  process.kill(master.pid ?? 0, 'SIGKILL');
  expect((await master.exited).kind).toBe('failed');
  await expect(master.addForward(forward)).rejects.toMatchObject({ code: 'forward-refused' });
  expect(existsSync(forward.localSocket)).toBe(true);
  await master.cancelForward(forward);
  expect(existsSync(forward.localSocket)).toBe(false);
});

test('close ends ssh although a forwarded connection is open, and leaves no socket', async () => {
  const one = await lab();
  const master = await open(one);
  await greeter(path('viewer.sock'));
  const remote = { kind: 'socket', path: path('viewer.sock') } as const;
  await master.addForward({ localSocket: path('l.sock'), remote });
  const held = createConnection(path('l.sock'));
  held.on('error', () => undefined);
  await new Promise((resolve) => held.once('data', resolve));
  await master.close();
  expect(await master.exited).toEqual({ kind: 'closed' });
  expect(existsSync(path('ctl-1'))).toBe(false);
  expect(() => process.kill(master.pid ?? 0, 0)).toThrow('ESRCH');
});

test('close before the login is done does not wait for it', async () => {
  const server = createServer(() => undefined); // accepts, and never says a word
  servers.push(server);
  const accepted = new Promise((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await writeFile(path('config'), '');
  const master = await workshop.connect({
    target: { host: '127.0.0.1', port, configFile: path('config') },
  });
  await accepted;
  await master.close();
  expect(await master.exited).toEqual({ kind: 'closed' });
});

test('the socket of a killed master is cleared before the next start', async () => {
  const one = await lab();
  const first = await open(one);
  process.kill(first.pid ?? 0, 'SIGKILL');
  await first.exited;
  expect(existsSync(path('ctl-1'))).toBe(true);
  const second = await workshop.connect({ target: targetOf(one), controlPath: path('ctl-1') });
  await untilUp(second);
  await second.addForward({ localSocket: path('l.sock'), remote: { kind: 'tcp', port: 1 } });
  expect(second.stderrTail()).not.toContain('disabling multiplexing');
});

test('failure mode 13: a control path that is too long is named before ssh is started', async () => {
  const controlPath = path('x'.repeat(86));
  const started = workshop.connect({ target: { host: 'never-dialled.invalid' }, controlPath });
  await expect(started).rejects.toMatchObject({ code: 'path-too-long' });
});

test('failure mode 12: settings of the user that would break the master, or outlive it, are undone', async () => {
  const one = await lab({
    clientConfig: [
      'RemoteCommand echo hijacked',
      'RequestTTY force',
      'ControlMaster auto',
      `ControlPath ${path('theirs')}`,
      'ControlPersist yes',
      `LocalForward ${path('no-such-directory/l')} 127.0.0.1:1`,
      'ExitOnForwardFailure yes',
      'PermitLocalCommand yes',
      `LocalCommand touch ${path('local-command')}`,
      'SessionType none',
      'StdinNull yes',
      'ForkAfterAuthentication yes',
      'LogLevel QUIET',
    ],
  });
  const target = targetOf(one);
  const { overrides } = await resolveHost({ runner: workshop.runner, ssh: 'ssh', target });
  const master = await workshop.connect({ target, overrides });
  await untilUp(master);
  expect(existsSync(path('ctl-1'))).toBe(true);
  expect(existsSync(path('theirs'))).toBe(false);
  expect(existsSync(path('local-command'))).toBe(false);
  await master.close();
  await expect.poll(() => one.connections(), PATIENT).toBe(0);
});

test('a command runs over a live master, and a dead one makes no new login', async () => {
  const one = await lab();
  const master = await open(one);
  const mux = { ssh: 'ssh', controlPath: path('ctl-1') };
  const command = execCommand(mux, "exec sh -c 'echo done'");
  expect(await workshop.runner.run(command)).toMatchObject({ exitCode: 0, stdout: 'done\n' });
  await master.close();
  expect((await workshop.runner.run(command)).exitCode).toBe(255);
});

test('an open connection that the server ends is named', async () => {
  const one = await lab();
  const master = await open(one);
  await one.stop();
  const end = await master.exited;
  expect(end).toMatchObject({ kind: 'failed', error: { code: 'connection-closed' } });
});

test('a link that swallows everything is noticed by ssh itself', async () => {
  const one = await lab({ relay: {} });
  const master = await open(one, { options: ['ServerAliveInterval=1', 'ServerAliveCountMax=1'] });
  one.relay?.blackhole();
  const end = await master.exited;
  expect(end).toMatchObject({ kind: 'failed', error: { code: 'connection-timeout' } });
});

test('through a jump host the same master works', async () => {
  const one = await lab({ jump: {} });
  const master = await open(one);
  await greeter(path('viewer.sock'));
  const remote = { kind: 'socket', path: path('viewer.sock') } as const;
  await master.addForward({ localSocket: path('l.sock'), remote });
  expect(await greetingAt(path('l.sock'))).toBe('hello from the far end');
  await master.close();
  await expect.poll(() => one.connections(), PATIENT).toBe(0);
  await expect.poll(() => one.jump?.connections(), PATIENT).toBe(0);
});
