import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of connections' and sessions' directories, and of the askpass socket: gone with their hub. */
const LEFTOVER = /^(?:[cs]|askpass)-/;

/** Removes what a hub that was killed left in the runtime directory; the lock is held. */
export const sweepRuntime = async (directory: string): Promise<void> => {
  for (const name of await readdir(directory)) {
    if (!LEFTOVER.test(name)) continue;
    await rm(join(directory, name), { recursive: true, force: true });
  }
};
