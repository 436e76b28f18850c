import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of connections' and sessions' directories: made by a hub, gone with it. */
const LEFTOVER = /^[cs]-/;

/** Removes what a hub that was killed left in the runtime directory; the lock is held. */
export const sweepRuntime = async (directory: string): Promise<void> => {
  for (const name of await readdir(directory)) {
    if (!LEFTOVER.test(name) && name !== 'askpass.sock') continue;
    await rm(join(directory, name), { recursive: true, force: true });
  }
};
