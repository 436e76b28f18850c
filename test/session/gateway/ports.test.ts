import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { bindLoopback } from '../../../src/session/gateway/ports.ts';

const open: (Server | TcpServer)[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await new Promise((done) => server.close(done));
});

/** Far from the gateways of other tests. */
const FIRST_PORT = 28_081;

const bind = async (wish: Parameters<typeof bindLoopback>[0]['wish']) => {
  const made: Server[] = [];
  const createPlain = () => {
    const server = createServer();
    made.push(server);
    return server;
  };
  try {
    const bound = await bindLoopback({ wish, createServer: createPlain, firstPort: FIRST_PORT });
    open.push(...bound.servers);
    return bound;
  } finally {
    open.push(...made.filter((server) => server.listening && !open.includes(server)));
  }
};

/** Someone else on one address of a port; gives back the port. */
const occupy = async (host: string, port = 0): Promise<number> => {
  const server = createTcpServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, resolve);
  });
  open.push(server);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const addressesOf = (servers: readonly Server[]) =>
  servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null
      ? `${address.address} ${address.port}`
      : '';
  });

describe('a loopback port', () => {
  it('is bound on 127.0.0.1 and ::1 both, and on nothing else', async () => {
    const { port, servers } = await bind({ kind: 'any' });
    expect(addressesOf(servers)).toEqual([`127.0.0.1 ${port}`, `::1 ${port}`]);
  });

  it('is the first that is free, from the first port upwards', async () => {
    const first = await bind({ kind: 'any' });
    const second = await bind({ kind: 'any' });
    expect(first.port).toBeGreaterThanOrEqual(FIRST_PORT);
    expect(second.port).toBeGreaterThan(first.port);
  });

  it('is the remembered one, when that is free', async () => {
    const remembered = await bind({ kind: 'any' });
    for (const server of open.splice(0)) await new Promise((done) => server.close(done));
    const again = await bind({ kind: 'preferred', port: remembered.port });
    expect(again.port).toBe(remembered.port);
  });

  it('is another one when the remembered one is taken', async () => {
    const taken = await occupy('127.0.0.1');
    const { port } = await bind({ kind: 'preferred', port: taken });
    expect(port).toBeGreaterThanOrEqual(FIRST_PORT);
  });

  it('is not one whose ::1 belongs to someone else, to whom browsers would go first', async () => {
    // None that the system gives to whoever asks for any: it stays ours to take between two binds.
    const taken = await occupy('::1', 29_000 + Math.floor(Math.random() * 1_000));
    const { port } = await bind({ kind: 'preferred', port: taken });
    expect(port).not.toBe(taken);
    // What was bound on 127.0.0.1 for the attempt is free again.
    expect(await occupy('127.0.0.1', taken)).toBe(taken);
  });

  it.each(['127.0.0.1', '::1'])('asked for and taken on %s is an error', async (address) => {
    const taken = await occupy(address);
    await expect(bind({ kind: 'exact', port: taken })).rejects.toMatchObject({
      code: 'port-taken',
      message: expect.stringContaining(`${taken}`),
    });
  });
});
