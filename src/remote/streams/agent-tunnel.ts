import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { PortholeError } from '../../core/errors.ts';
import type { Endpoint } from '../protocol/wire.ts';
import type { Streams } from './streams.ts';

export interface AgentTunnelInput {
  readonly streams: Streams;
  readonly remote: Endpoint;
  /** Path of the socket to be made; no file may be there. */
  readonly socketPath: string;
}

/**
 * A socket here, for this user only, that leads to an endpoint on the server by the agent's streams: what
 * `ssh -O forward` makes where it can.
 *
 * @throws PortholeError `forward-refused` where the socket cannot be made
 */
export const openAgentTunnel = async (input: AgentTunnelInput): Promise<() => Promise<void>> => {
  const { streams, remote, socketPath } = input;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    streams.join(socket, remote);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      // Also of a connection that could not be taken later: whoever made it sees it closed.
      server.on('error', reject);
      server.listen(socketPath, resolve);
    });
    await chmod(socketPath, 0o600);
  } catch (cause) {
    server.close();
    throw cannotListen(socketPath, cause);
  }
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
    await rm(socketPath, { force: true });
  };
};

const cannotListen = (socketPath: string, cause: unknown): PortholeError =>
  new PortholeError({
    code: 'forward-refused',
    message: `Cannot make the socket ${socketPath}: ${cause instanceof Error ? cause.message : cause}.`,
    hint: 'Set XDG_RUNTIME_DIR to a directory of your own on a disk that takes sockets.',
    cause,
  });
