import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../remote/connection.ts';
import type { Endpoint } from '../remote/protocol/wire.ts';
import type { TunnelWay } from '../remote/tunnels.ts';

/** A tunnel through a connection to a viewer. */
export interface Link {
  /** The local end: a socket that only this user can reach. */
  readonly socketPath: string;
  readonly way: TunnelWay;
  close(): Promise<void>;
}

export interface OpenLinkInput {
  readonly connection: Connection;
  readonly endpoint: Endpoint;
  /** Private directory of this session on this machine. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/**
 * Opens a tunnel to a viewer's endpoint. That it is there does not mean that the server lets anything
 * through it: only a request end to end tells.
 *
 * @throws PortholeError `forward-refused`, `connection-closed`
 */
export const openLink = async (input: OpenLinkInput): Promise<Link> => {
  const { connection, endpoint, directory, signal } = input;
  const socketPath = join(directory, 'local.sock');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Of an earlier link of this session; ssh refuses a path that exists.
  await rm(socketPath, { force: true });
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const tunnel = await connection.openTunnel({ remote: endpoint, socketPath, signal });
    return {
      socketPath,
      way: tunnel.way,
      close: async () => {
        await tunnel.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
};
