import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Command } from './command.ts';

/** A program that will outlive this one. */
export interface Daemon {
  /** All that it writes to descriptor 3, when it has closed that. Rejects where it cannot be started. */
  readonly said: Promise<string>;
  /** Ends its whole group; for when it takes too long to say anything. */
  end(): void;
}

export interface SpawnDaemonInput {
  readonly command: Command;
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
}

/** What is kept of what it says. */
const MAX_SAID_BYTES = 64 * 1024;

/**
 * Starts a program in a session of its own, so that it has no terminal and hears no SIGHUP of ours,
 * with nothing of our stdio, in a directory that nobody wants to unmount. The one pipe, descriptor 3,
 * is how it tells that it is ready: an end of file there, and no pause, is what one waits for.
 */
export const spawnDaemon = ({ command, baseEnv }: SpawnDaemonInput): Daemon => {
  const child = spawn(command.file, command.args, {
    env: { ...baseEnv, ...command.env },
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  child.unref();
  return {
    said: child.pid === undefined ? failed : readAll(child.stdio[3] as Readable),
    end: () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    },
  };
};

const readAll = async (pipe: Readable): Promise<string> => {
  const chunks: Buffer[] = [];
  let left = MAX_SAID_BYTES;
  for await (const chunk of pipe) {
    if (left > 0) chunks.push((chunk as Buffer).subarray(0, left));
    left -= (chunk as Buffer).length;
  }
  return Buffer.concat(chunks).toString('utf8');
};
