import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { removeAccount } from './account.ts';
import { killAll, processesWith, startTimeOf } from './processes.ts';

/** A lab's files, and what of it lies elsewhere, so that a later run can clear up after a crash. */
const stampSchema = z.object({
  pid: z.number(),
  startTime: z.string(),
  /** Throwaway account; null where the lab logs in to the current user's. */
  account: z.string().nullable(),
});
type Stamp = z.infer<typeof stampSchema>;

const PREFIX = 'porthole-lab-';
const STAMP_FILE = 'stamp.json';

/** Short, since sockets are made in it. The second is for labs that mount something over /tmp. */
const PARENTS = { plain: '/tmp', mounted: '/var/tmp' } as const;

/** Makes the directory of a lab; other accounts may pass through it, for their keys and homes lie in it. */
export const makeLabDirectory = async (
  place: keyof typeof PARENTS,
  account: string | null,
): Promise<string> => {
  await sweepDeadLabs();
  const directory = await mkdtemp(join(PARENTS[place], PREFIX));
  await chmod(directory, 0o755);
  const startTime = (await startTimeOf(process.pid)) ?? '';
  const stamp: Stamp = { pid: process.pid, startTime, account };
  await writeFile(join(directory, STAMP_FILE), JSON.stringify(stamp));
  return directory;
};

/**
 * What the processes of a lab carry in their environment; not one of porthole's own names, which
 * the agent keeps from viewers.
 */
export const labMarker = (directory: string): string => `LAB_OF_TEST=${basename(directory)}`;

/** Ends what still runs of a lab, and removes its account and its files. */
export const removeLab = async (directory: string, account: string | null): Promise<void> => {
  await killAll(() => processesWith(basename(directory)));
  if (account !== null) await removeAccount(account);
  await rm(directory, { recursive: true, force: true });
};

let swept: Promise<void> | undefined;

/** Removes what labs of runs that crashed have left; once in a process. */
const sweepDeadLabs = (): Promise<void> => {
  swept ??= sweep();
  return swept;
};

const sweep = async (): Promise<void> => {
  for (const parent of Object.values(PARENTS)) {
    const names = (await readdir(parent)).filter((name) => name.startsWith(PREFIX));
    for (const directory of names.map((name) => join(parent, name))) {
      const stamp = await readStamp(directory);
      if (stamp === undefined || (await startTimeOf(stamp.pid)) === stamp.startTime) continue;
      await removeLab(directory, stamp.account);
    }
  }
};

/** Undefined for a lab of another user, and for one that is being made or removed at this moment. */
const readStamp = async (directory: string): Promise<Stamp | undefined> => {
  const own = process.getuid?.();
  try {
    if (own !== 0 && (await stat(directory)).uid !== own) return undefined;
    return stampSchema.parse(JSON.parse(await readFile(join(directory, STAMP_FILE), 'utf8')));
  } catch {
    return undefined;
  }
};
