import { accessSync, constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createDeferred } from '../../src/core/deferred.ts';
import type { RunningProcess } from '../../src/ssh/runner.ts';
import { type LabMount, withMounts } from './mounts.ts';
import { descendantsOf, killAll, listEntries, stillThere } from './processes.ts';
import { labRunner } from './run.ts';

/** A running sshd. */
export interface Sshd {
  /** All that it logged. */
  log(): string;
  /** Connections that it holds at this moment, authenticated or not. */
  connections(): Promise<number>;
  /** Ends it with every connection and all that runs in them. */
  stop(): Promise<void>;
}

export interface SshdInput {
  readonly configFile: string;
  readonly mounts: readonly LabMount[];
  /** Put into its environment and so into its process list. */
  readonly env: Readonly<Record<string, string>>;
}

/** sshd wants to be called by an absolute path: it executes itself again for each connection. */
export const findSshd = (): string | undefined =>
  ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'].find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * Starts sshd in the foreground and waits until it listens.
 *
 * @throws PortTakenError where somebody else has the port
 * @throws Error with its log where it ends instead
 */
export const startSshd = async ({ configFile, mounts, env }: SshdInput): Promise<Sshd> => {
  const file = findSshd();
  if (file === undefined) throw new Error('There is no sshd. Install openssh-server.');
  // Its unprivileged part lives there; a package's init script makes it, and there may be none here.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });

  const command = withMounts({ file, args: ['-D', '-e', '-f', configFile], env }, mounts);
  const lines: string[] = [];
  const listening = createDeferred<void>();
  const process_ = labRunner.start(command);
  process_.stderr.onLine((line) => {
    lines.push(line);
    if (line.startsWith('Server listening on')) listening.resolve();
  });
  const log = () => lines.map((line) => `${line}\n`).join('');
  const endedEarly = process_.exited.then(() => {
    throw /Address already in use/.test(log())
      ? new PortTakenError()
      : new Error(`sshd has ended:\n${log()}`);
  });
  await Promise.race([listening.promise, endedEarly]);
  endedEarly.catch(() => undefined); // From here on an end is what `stop` asks for.

  return {
    log,
    connections: async () => (await childrenOf(process_)).length,
    stop: async () => {
      const connections = descendantsOf(process_.pid ?? -1, await listEntries());
      await process_.terminate();
      await killAll(() => stillThere(connections));
    },
  };
};

/** Somebody else bound the port between our choice and sshd's start. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/** A TCP port of loopback that is free at this moment. */
export const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('The system gave no TCP port.'));
      });
    });
  });

const childrenOf = async ({ pid }: RunningProcess) =>
  (await listEntries()).filter((one) => one.ppid === pid);
