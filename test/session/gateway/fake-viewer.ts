import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server on a unix socket, standing where a viewer stands. */
export interface FakeViewer {
  readonly socketPath: string;
  readonly server: Server;
  /** Connections to it that are open now. */
  readonly connections: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** Starts a viewer that answers by `handle`. */
export const startFakeViewer = async (
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<FakeViewer> => {
  const directory = await mkdtemp(join(tmpdir(), 'porthole-viewer-'));
  const socketPath = join(directory, 'viewer.sock');
  const server = createServer(handle);
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socketPath,
    server,
    connections,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of connections) socket.destroy();
      await closed;
      await rm(directory, { recursive: true, force: true });
    },
  };
};
