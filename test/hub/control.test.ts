import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { createDeferred } from '../../src/core/deferred.ts';
import { PortholeError } from '../../src/core/errors.ts';
import { findHub, HubEnded, HubSilent } from '../../src/hub/client.ts';
import { type CallContext, startControlServer } from '../../src/hub/control-server.ts';
import { type Call, CONTROL_VERSION } from '../../src/hub/messages.ts';
import { createFakeClock } from '../lab/fake-clock.ts';

let directory = '';
let closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-control-'));
  closers = [];
});
afterEach(async () => {
  for (const close of closers) await close();
  await rm(directory, { recursive: true, force: true });
});

const socketPath = () => join(directory, 'hub.sock');

const serve = async (handle: (call: Call, context: CallContext) => Promise<unknown>) => {
  const server = await startControlServer({
    clock: systemClock,
    socketPath: socketPath(),
    hello: () => ({ version: '1.2.3', pid: 7, placement: 'terminal', dashboard: null }),
    handle,
  });
  closers.push(server.close);
  return server;
};

const find = (path = socketPath(), clock: Clock = systemClock) =>
  findHub({ socketPath: path, version: '1.2.3', clock });

const client = async () => {
  const found = await find();
  if (found === undefined) throw new Error('no hub');
  return found;
};

describe('the control socket', () => {
  test('can be entered by its owner only', async () => {
    await serve(async () => null);
    expect((await stat(socketPath())).mode & 0o777).toBe(0o600);
  });

  test('carries events before the result', async () => {
    await serve(async (_, { event }) => {
      event({ n: 1 });
      event({ n: 2 });
      return ['done'];
    });
    const events: unknown[] = [];
    const result = await (await client()).call({ call: 'ls' }, { event: (e) => events.push(e) });
    expect({ events, result }).toEqual({ events: [{ n: 1 }, { n: 2 }], result: ['done'] });
  });

  test('carries questions to the client and its answers back', async () => {
    await serve(async (_, { ask, signal }) => {
      const [a, b] = await Promise.all([ask('a?', signal), ask('b?', signal)]);
      return `${a} ${b}`;
    });
    const ask = async (question: unknown) => `${question}!`;
    expect(await (await client()).call({ call: 'ls' }, { ask })).toBe('a?! b?!');
  });

  test('carries a failure with its code, hint and output', async () => {
    const failure = {
      code: 'storage-missing',
      message: 'no',
      hint: 'look',
      output: 'log',
    } as const;
    await serve(async () => {
      throw new PortholeError(failure);
    });
    await expect((await client()).call({ call: 'ls' })).rejects.toMatchObject(failure);
  });

  test('tells the hub when the client hangs up', async () => {
    const controller = new AbortController();
    const gone = createDeferred<void>();
    await serve(async (_, { signal }) => {
      signal.addEventListener('abort', () => gone.resolve());
      controller.abort(new Error('enough'));
      await gone.promise;
    });
    const call = (await client()).call({ call: 'ls' }, {}, controller.signal);
    await expect(call).rejects.toThrow('enough');
    await gone.promise;
  });

  test('makes no call for a client that has hung up before', async () => {
    await serve(async () => null);
    const hub = await client();
    await expect(hub.call({ call: 'ls' }, {}, AbortSignal.abort(new Error('no')))).rejects.toThrow(
      'no',
    );
  });

  test('ends a call when the hub goes away', async () => {
    const server = await serve(() => new Promise(() => undefined));
    const call = (await client()).call({ call: 'ls' });
    setImmediate(() => void server.close());
    await expect(call).rejects.toMatchObject({ code: 'hub-unreachable' });
    closers = [];
  });

  test('says that there is no hub for a missing socket and for one left behind', async () => {
    expect(await find()).toBeUndefined();
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(socketPath(), resolve));
    const { rename } = await import('node:fs/promises');
    await rename(socketPath(), join(directory, 'stale.sock'));
    await new Promise((resolve) => listener.close(resolve));
    expect(await find(join(directory, 'stale.sock'))).toBeUndefined();
  });

  test('refuses a hub that speaks another version, with the remedy', async () => {
    const other = createServer((socket) =>
      socket.write('{"hello":{"control":99,"version":"9.0.0","pid":7}}\n'),
    );
    await new Promise<void>((resolve) => other.listen(socketPath(), resolve));
    closers.push(() => new Promise((resolve) => other.close(resolve)));
    await expect(find()).rejects.toMatchObject({
      code: 'hub-version',
      message: expect.stringContaining('9.0.0'),
      hint: expect.stringContaining('kill 7'),
    });
  });

  test('takes one that closes before it has said hello for one that has ended', async () => {
    const ending = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => ending.listen(socketPath(), resolve));
    closers.push(() => new Promise((resolve) => ending.close(resolve)));
    expect(await find()).toBe(undefined);
  });

  test('says so of something that listens and speaks another language', async () => {
    const other = createServer((socket) => socket.end('{"hi": 1}\n'));
    await new Promise<void>((resolve) => other.listen(socketPath(), resolve));
    closers.push(() => new Promise((resolve) => other.close(resolve)));
    await expect(find()).rejects.toMatchObject({ code: 'hub-unreachable' });
  });

  test('says so of a hub that takes connections and keeps silent', async () => {
    const clock = createFakeClock();
    const asked = createDeferred<void>();
    const silent = createServer(() => asked.resolve());
    await new Promise<void>((resolve) => silent.listen(socketPath(), resolve));
    closers.push(() => new Promise((resolve) => silent.close(resolve)));
    const found = find(socketPath(), clock);
    await asked.promise;
    clock.advance(60_000);
    await expect(found).rejects.toBeInstanceOf(HubSilent);
  });

  test('hears a hub whose hello came while this process stood still for too long', async () => {
    const clock = createFakeClock();
    const hello = { control: CONTROL_VERSION, version: '1.2.3', pid: 7, placement: 'terminal' };
    const hub = createServer((socket) => {
      socket.write(`${JSON.stringify({ hello: { ...hello, dashboard: null } })}\n`);
      setTimeout(() => clock.advance(60_000), 1);
      // The timer is due before anything is read again.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    });
    await new Promise<void>((resolve) => hub.listen(socketPath(), resolve));
    closers.push(() => new Promise((resolve) => hub.close(resolve)));
    expect(await find(socketPath(), clock)).toMatchObject({ hello });
  });

  test('refuses calls when the hub is about to end, and answers those that it has taken', async () => {
    const answer = createDeferred<string>();
    const taken = createDeferred<void>();
    const server = await serve(() => {
      taken.resolve();
      return answer.promise;
    });
    const hub = await client();
    const call = hub.call({ call: 'ls' });
    await taken.promise;
    server.stopListening('remove');
    expect(await find()).toBeUndefined();
    await expect(hub.call({ call: 'ls' })).rejects.toBeInstanceOf(HubEnded);
    const closed = server.close();
    answer.resolve('in time');
    expect(await call).toBe('in time');
    await closed;
    closers = [];
  });

  test('closes also where a client does not read what it is answered', async () => {
    const taken = createDeferred<void>();
    const server = await serve(async () => {
      taken.resolve();
      return 'x'.repeat(20_000_000);
    });
    const stuck = createConnection(socketPath(), () => stuck.write('{"call":"ls"}\n'));
    stuck.pause();
    await taken.promise;
    await server.close();
    closers = [];
    stuck.destroy();
  });

  test('answers a call of no known shape as one of another version, with the remedy, and stays there', async () => {
    await serve(async () => 'fine');
    const text = await new Promise<string>((resolve) => {
      let all = '';
      const socket = createConnection(socketPath(), () => socket.write('{"call":"format-disk"}\n'));
      socket.on('data', (chunk) => {
        all += chunk;
      });
      socket.on('close', () => resolve(all));
    });
    expect(text).toContain('"hub-version"');
    expect(text).toContain('porthole stop --all');
    expect(await (await client()).call({ call: 'ls' })).toBe('fine');
  });
});
