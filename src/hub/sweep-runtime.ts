import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of connections' and sessions' directories, and of the askpass socket: gone with their hub. */
const LEFTOVER = /^(?:[cs]|askpass)-/;

/** What a command has there that works beside the hub, by the process that it is of. */
const BESIDE_THE_HUB = /^d-(\d+)-/;

/**
 * Removes what a hub that was killed left in the runtime directory, and commands that were; the lock is
 * held.
 */
export const sweepRuntime = async (directory: string): Promise<void> => {
  for (const name of await readdir(directory)) {
    const owner = BESIDE_THE_HUB.exec(name)?.[1];
    if (!LEFTOVER.test(name) && (owner === undefined || isAlive(Number(owner)))) continue;
    await rm(join(directory, name), { recursive: true, force: true });
  }
};

/** A pid that has changed hands keeps a leftover until next time, which is no harm. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
