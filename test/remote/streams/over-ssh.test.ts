import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { PortholeError } from '../../../src/core/errors.ts';
import { agentLine } from '../../../src/remote/agent-bundle.ts';
import { type AgentClient, createAgentClient } from '../../../src/remote/agent-client.ts';
import { bootstrapCommand } from '../../../src/remote/bootstrap.ts';
import { pingResultSchema } from '../../../src/remote/protocol/wire.ts';
import { FIRST_LINK_WINDOW_BYTES } from '../../../src/remote/streams/windows.ts';
import { createTunnels, type Tunnels } from '../../../src/remote/tunnels.ts';
import type { Master } from '../../../src/ssh/master.ts';
import { haveOrSkip, SSHD } from '../../lab/have-or-skip.ts';
import { type Lab, type LabOptions, startLab } from '../../lab/lab.ts';
import { openWorkshop, type Workshop } from '../../ssh/connecting.ts';

let workshop: Workshop;
let lab: Lab | undefined;
let servers: Server[];
let sockets: Socket[];

beforeEach(async (context) => {
  haveOrSkip(context, SSHD);
  workshop = await openWorkshop();
  servers = [];
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await workshop[Symbol.asyncDispose]();
  for (const server of servers) server.close();
  await lab?.[Symbol.asyncDispose]();
  lab = undefined;
});

interface Way {
  readonly master: Master;
  readonly agent: AgentClient;
  readonly tunnels: Tunnels;
}

/** A real login with the agent on it. */
const connect = async (
  options: LabOptions,
  change: (master: Master) => Master = (master) => master,
): Promise<Way> => {
  lab = await startLab(options);
  const { alias: host, configFile } = lab;
  const target = { host, configFile };
  const remoteCommand = bootstrapCommand({});
  const master = change(await workshop.connect({ target, remoteCommand }));
  const { stdin, stdout } = master;
  const clock = systemClock;
  const agent = createAgentClient({
    ...{ stdin, stdout, clock, agentLine: agentLine(), contact: 'first' },
  });
  await agent.hello;
  return { master, agent, tunnels: createTunnels({ master, agent, clock, ways: 'forward' }) };
};

/** A server on a unix socket, which is the far end as well. */
const serve = async (handle: (socket: Socket) => void): Promise<string> => {
  const path = join(workshop.directory, `far-${servers.length}.sock`);
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    handle(socket);
  });
  servers.push(server.listen(path));
  await once(server, 'listening');
  return path;
};

const leadTo = async ({ tunnels }: Way, path: string) => {
  const socketPath = join(workshop.directory, `near-${servers.length}.sock`);
  const { signal } = new AbortController();
  const remote = { kind: 'socket', path } as const;
  const { way } = await tunnels.open({ remote, socketPath, signal });
  const socket = createConnection(socketPath).on('error', () => undefined);
  sockets.push(socket);
  return { way, socket };
};

test('on a line of 1 Mbit/s that is full, a ping waits behind no more than the first window', {
  timeout: 180_000,
}, async () => {
  const way = await connect({ relay: { delayMs: 25, bitsPerSecond: 1_000_000 } });
  expect(way.tunnels.avoidForwards()).toBe(true);
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const path = await serve((socket) => {
    const pour = () => {
      socket.write(chunk, (error) => {
        if (error == null && !socket.destroyed) pour();
      });
    };
    pour();
  });
  const { socket } = await leadTo(way, path);
  let heard = 0;
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.length;
  });
  for (let round = 0; round < 3; round++) {
    await once(socket, 'data');
    const before = heard;
    await way.agent.request('ping', {}, pingResultSchema);
    // The link's window, and what one write of the agent's may add to it.
    expect(heard - before).toBeLessThan(FIRST_LINK_WINDOW_BYTES + 128 * 1024);
  }
});

test('where the master takes no forward at all, the agent is asked at once', async () => {
  const way = await connect({}, (master) => ({ ...master, addForward: noForward }));
  const path = await serve((socket) => socket.end('hello from the far end'));
  const { way: taken, socket } = await leadTo(way, path);
  expect(taken).toBe('agent-channel');
  const [greeting] = await once(socket, 'data');
  expect(`${greeting}`).toBe('hello from the far end');
  await way.master.close();
});

const noForward: Master['addForward'] = async () => {
  throw new PortholeError({ code: 'forward-refused', message: 'no control socket' });
};
