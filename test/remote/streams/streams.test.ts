import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, stat } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pingResultSchema } from '../../../src/remote/protocol/wire.ts';
import { STREAM_WINDOW_BYTES } from '../../../src/remote/streams/windows.ts';
import { type AgentWay, startAgentWay } from './agent-way.ts';

let way: AgentWay;
let servers: Server[];
let sockets: Socket[];

beforeEach(async () => {
  servers = [];
  sockets = [];
  way = await startAgentWay();
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await way[Symbol.asyncDispose]();
  for (const server of servers) server.close();
});

const note = (socket: Socket): Socket => {
  sockets.push(socket.on('error', () => undefined));
  return socket;
};

/** A viewer's end: a server on a unix socket of this machine, to which the agent connects. */
const serve = async (handle: (socket: Socket) => void): Promise<string> => {
  const server = createServer({ allowHalfOpen: true }, (socket) => handle(note(socket)));
  const path = join(way.directory, `viewer-${servers.length}.sock`);
  servers.push(server.listen(path));
  await once(server, 'listening');
  return path;
};

const leadTo = async (path: string) => (await way.leadTo({ kind: 'socket', path })).socketPath;

const connect = (socketPath: string): Socket =>
  note(createConnection({ path: socketPath, allowHalfOpen: true }));

/** All that comes until the end, as its hash. */
const hashOf = async (socket: Socket): Promise<string> => {
  const hash = createHash('sha256');
  socket.on('data', (chunk: Buffer) => hash.update(chunk));
  await once(socket, 'end');
  return hash.digest('hex');
};

const readAll = async (socket: Socket): Promise<string> => {
  let text = '';
  // What was written and not read is answered by a reset, behind all that came: the same without us.
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    socket.once('end', resolve).once('close', () => resolve());
  });
  // Not by its iterator, which closes both ways when one has ended.
  socket.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  await ended;
  return text;
};

/** Writes for as long as it is taken; tells what was. */
const pourInto = (socket: Socket, onTaken: (bytes: number) => void): void => {
  const chunk = Buffer.alloc(64 * 1024);
  socket.write(chunk, (error) => {
    if (error != null || socket.destroyed) return;
    onTaken(chunk.length);
    pourInto(socket, onTaken);
  });
};

const ping = () => way.agent.request('ping', {}, pingResultSchema);

/** Bytes that are taken from a viewer that never ends, of a connection that nobody reads. */
const stallOne = async (): Promise<{ taken: () => number; reader: Socket }> => {
  let taken = 0;
  const path = await serve((socket) => {
    pourInto(socket, (bytes) => {
      taken += bytes;
    });
  });
  const reader = connect(await leadTo(path)).pause();
  return { taken: () => taken, reader };
};

describe('a stream over the agent', () => {
  test('carries any bytes both ways at once, unchanged', async () => {
    const path = await serve((socket) => socket.pipe(socket));
    const socket = connect(await leadTo(path));
    const bytes = randomBytes(24 * 1024 * 1024);
    const back = hashOf(socket);
    socket.end(bytes);
    expect(await back).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('ends each way on its own: what was asked is ended, and the answer goes on', async () => {
    const path = await serve((socket) => {
      void readAll(socket).then((asked) => socket.end(`you said ${asked}`));
    });
    const socket = connect(await leadTo(path));
    socket.end('everything');
    expect(await readAll(socket)).toBe('you said everything');
  });

  test('ends each way on its own: the answer has ended, and what is sent still arrives', async () => {
    let arrived = (_: string) => {};
    const whole = new Promise<string>((resolve) => {
      arrived = resolve;
    });
    const path = await serve((socket) => {
      socket.end('enough');
      void readAll(socket).then(arrived);
    });
    const socket = connect(await leadTo(path));
    expect(await readAll(socket)).toBe('enough');
    socket.end('one thing more');
    expect(await whole).toBe('one thing more');
  });

  test('brings the answer of a viewer that closes before it has read all', async () => {
    const path = await serve((socket) => {
      socket.once('data', () => {
        socket.end('too large');
        socket.destroySoon();
      });
    });
    const socket = connect(await leadTo(path));
    socket.write(randomBytes(8 * 1024 * 1024));
    expect(await readAll(socket)).toBe('too large');
  });

  test('is one of many at once, and each gets what is its own', async () => {
    const path = await serve((socket) => socket.pipe(socket));
    const local = await leadTo(path);
    const echo = async (_: unknown, number: number) => {
      const socket = connect(local);
      const text = `${number} `.repeat(5000);
      socket.end(text);
      return (await readAll(socket)) === text;
    };
    const right = await Promise.all(Array.from({ length: 200 }, echo));
    expect(right.filter(Boolean)).toHaveLength(200);
  });

  test('leads to a port of the server as well, and to this user alone', async () => {
    const server = createServer((socket) => note(socket).end('by TCP'));
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { socketPath } = await way.leadTo({ kind: 'tcp', port });
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    expect(await readAll(connect(socketPath))).toBe('by TCP');
  });

  test('to where nobody listens is closed at once', async () => {
    const socket = connect(await leadTo('/nonexistent/viewer.sock'));
    expect(await readAll(socket)).toBe('');
    expect(await ping()).toEqual({ sessions: [] });
  });

  test('that its reader breaks off ends the connection to the viewer', async () => {
    let gone = () => {};
    const closed = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const path = await serve((socket) => {
      socket.on('close', gone);
      pourInto(socket, () => undefined);
    });
    const socket = connect(await leadTo(path));
    await once(socket, 'data');
    socket.destroy();
    await closed;
  });

  test('that its viewer breaks off is closed here', async () => {
    const path = await serve((socket) => {
      socket.write('begun');
      socket.once('data', () => socket.destroy());
    });
    const socket = connect(await leadTo(path));
    await once(socket, 'data');
    socket.write('go');
    await once(socket, 'end');
  });
});

describe('a reader that stalls', () => {
  test('holds up neither pings nor other streams, and keeps no more than its window under way', async () => {
    const { taken, reader } = await stallOne();
    const big = randomBytes(4 * 1024 * 1024);
    const path = await serve((socket) => socket.end(big));
    const local = await leadTo(path);
    const whole = createHash('sha256').update(big).digest('hex');
    for (let round = 0; round < 10; round++) {
      expect(await hashOf(connect(local))).toBe(whole);
      await ping();
    }
    // What lies in the buffers of the sockets at both ends is counted as taken as well.
    expect(taken()).toBeLessThan(STREAM_WINDOW_BYTES + 2 * 1024 * 1024);
    expect(taken()).toBeGreaterThan(STREAM_WINDOW_BYTES / 2);

    const before = taken();
    reader.resume();
    await new Promise<void>((resolve) => {
      reader.on('data', () => {
        if (taken() > before + 8 * STREAM_WINDOW_BYTES) resolve();
      });
    });
  });

  test('on the side of the viewer holds up nobody either', async () => {
    const stuck = await serve((socket) => void socket.pause());
    const sender = connect(await leadTo(stuck));
    let accepted = 0;
    pourInto(sender, (bytes) => {
      accepted += bytes;
    });
    const path = await serve((socket) => socket.pipe(socket));
    const local = await leadTo(path);
    const bytes = randomBytes(4 * 1024 * 1024);
    const whole = createHash('sha256').update(bytes).digest('hex');
    for (let round = 0; round < 5; round++) {
      const socket = connect(local);
      const back = hashOf(socket);
      socket.end(bytes);
      expect(await back).toBe(whole);
      await ping();
    }
    expect(accepted).toBeLessThan(STREAM_WINDOW_BYTES + 2 * 1024 * 1024);
  });
});

describe('an end', () => {
  test('of the agent closes every connection here', async () => {
    const path = await serve((socket) => void socket.write('hello'));
    const local = await leadTo(path);
    const open = [connect(local), connect(local)];
    await Promise.all(open.map((socket) => once(socket, 'data')));
    const closed = open.map((socket) => once(socket, 'end'));
    process.kill(way.process.pid ?? Number.NaN, 'SIGKILL');
    await Promise.all(closed);
    expect((await way.agent.closed).code).toBe('connection-closed');
  });

  test('of the tunnel takes its connections and its socket away, and leaves other tunnels', async () => {
    const path = await serve((socket) => void socket.write('hello'));
    const [one, other] = [
      await way.leadTo({ kind: 'socket', path }),
      await way.leadTo({ kind: 'socket', path }),
    ];
    const socket = connect(one.socketPath);
    await once(socket, 'data');
    const closed = once(socket, 'end');
    await one.close();
    await closed;
    await expect(access(one.socketPath)).rejects.toThrow('ENOENT');
    await once(connect(other.socketPath), 'data');
  });
});
