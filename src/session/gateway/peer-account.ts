import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/**
 * Uid of the account behind a connection on loopback, as /proc/net/tcp tells it; undefined where the
 * kernel does not tell (macOS).
 *
 * Format: proc_pid_net(5); column 1 is the local address, 2 the remote one, 7 the uid; addresses are
 * words in the machine's byte order, ports are plain hexadecimal.
 */
export const peerAccount = async ({
  localPort,
  remotePort,
}: Socket): Promise<number | undefined> => {
  if (localPort === undefined || remotePort === undefined) return undefined;
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  // On loopback two ports are enough to tell a connection: our end of it has them the other way round.
  const ends = [`:${hex(remotePort)}`, `:${hex(localPort)}`] as const;
  for (const line of tables.join('\n').split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(ends[0]) && columns[2]?.endsWith(ends[1])) return Number(columns[7]);
  }
  return undefined;
};

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
