import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { masterSocketIn } from '../ssh/control-socket.ts';

/** Names of connections' and sessions' directories, and of the askpass socket: gone with their hub. */
const LEFTOVER = /^(?:[cs]|askpass)-/;

/** What a command has there that works beside the hub, or wants to become it, by the process that it is of. */
const BESIDE_THE_HUB = /^(?:d-|hub\.lock\.)(\d+)-/;

/** Asks the master at this control socket, if there is one, to end. */
export type EndMaster = (controlPath: string) => Promise<void>;

/**
 * Removes what a hub that was killed left in the runtime directory, and commands that were; the lock is
 * held. Their ssh has ended with them, but for one whose remote shell does not read its stdin: that is
 * asked to end.
 */
export const sweepRuntime = async (directory: string, endMaster: EndMaster): Promise<void> => {
  const leftovers = (await readdir(directory)).filter(isLeftover);
  // Side by side: a master that hangs holds nobody up for longer than its own time.
  await Promise.all(
    leftovers.map(async (name) => {
      const path = join(directory, name);
      await endMaster(masterSocketIn(path));
      await rm(path, { recursive: true, force: true });
    }),
  );
};

const isLeftover = (name: string): boolean => {
  const owner = BESIDE_THE_HUB.exec(name)?.[1];
  return LEFTOVER.test(name) || (owner !== undefined && !isAlive(Number(owner)));
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
