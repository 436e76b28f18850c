import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** The right to be the hub of this user. */
export interface HubLock {
  /** Whether it is still ours: its directory may have been removed under us. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** What became of the attempt to take the lock. */
export type LockOutcome =
  | { readonly kind: 'taken'; readonly lock: HubLock }
  /** Another living process holds it. */
  | { readonly kind: 'held'; readonly pid: number };

const holderSchema = z.object({
  pid: z.number().int().positive(),
  /** Field 22 of /proc/PID/stat; null where there is no /proc. */
  startTime: z.string().nullable(),
  nonce: z.string().regex(/^[0-9a-z]+$/),
});
type Holder = z.infer<typeof holderSchema>;

/**
 * Takes the hub's lock in the runtime directory, over from a dead holder too.
 *
 * The lock is a file that appears as a whole by link(2), so nobody reads half of one. Who follows a dead
 * holder is settled by a second link, at the name that belongs to that holder alone: exactly one
 * succeeds, looks again whether the lock is still the dead one's, and renames its own over it.
 */
export const takeHubLock = async (directory: string, pid: number): Promise<LockOutcome> => {
  const path = join(directory, 'hub.lock');
  const nonce = randomBytes(8).toString('hex');
  // With its process in its name: should that be killed here, whoever sweeps knows whose it was.
  const draft = `${path}.${pid}-${nonce}`;
  const own: Holder = { pid, startTime: await startTimeOf(pid), nonce };
  await writeFile(draft, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
  try {
    for (;;) {
      if (await linkIfAbsent(draft, path)) return { kind: 'taken', lock: lockOf(path, own) };
      const { holder, heirs } = await lastHolder(path);
      if (holder !== undefined && (await isAlive(holder))) return { kind: 'held', pid: holder.pid };
      if (await succeed({ path, draft, holder, heirs })) {
        return { kind: 'taken', lock: lockOf(path, own) };
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
};

/** Process number of the lock's holder; undefined where nobody holds it. */
export const hubLockHolder = async (directory: string): Promise<number | undefined> => {
  const holder = await readHolder(join(directory, 'hub.lock'));
  return holder !== undefined && (await isAlive(holder)) ? holder.pid : undefined;
};

/** The lock's holder; where one has died on its way into the lock, the one that came last. */
const lastHolder = async (path: string) => {
  const heirs: string[] = [];
  let holder = await readHolder(path);
  for (;;) {
    const heir = heirPath(path, holder);
    const next = await readHolder(heir);
    if (next === undefined) return { holder, heirs };
    heirs.push(heir);
    holder = next;
  }
};

const heirPath = (path: string, holder: Holder | undefined): string =>
  `${path}.after-${holder?.nonce ?? 'unreadable'}`;

interface Succession {
  readonly path: string;
  readonly draft: string;
  /** The dead one. */
  readonly holder: Holder | undefined;
  /** Names at which others died while they took over. */
  readonly heirs: readonly string[];
}

const succeed = async ({ path, draft, holder, heirs }: Succession): Promise<boolean> => {
  const heir = heirPath(path, holder);
  if (!(await linkIfAbsent(draft, heir))) return false;
  // Somebody may have taken over, and cleared this name, since the dead holder was read.
  const now = await lastHolder(path);
  const stillDead = now.heirs.at(-1) === heir;
  if (stillDead) {
    const copy = `${draft}.copy`;
    await link(draft, copy);
    await rename(copy, path);
  }
  for (const name of stillDead ? [...heirs, heir] : [heir]) await rm(name, { force: true });
  return stillDead;
};

const lockOf = (path: string, own: Holder): HubLock => {
  const isHeld = async () => (await readHolder(path))?.nonce === own.nonce;
  return {
    isHeld,
    release: async () => {
      if (await isHeld()) await rm(path, { force: true });
    },
  };
};

const linkIfAbsent = async (from: string, to: string): Promise<boolean> => {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** undefined for a file that is gone or not ours in form: such a one counts as stale. */
const readHolder = async (path: string): Promise<Holder | undefined> => {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
};

const isAlive = async ({ pid, startTime }: Holder): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, of somebody else; then ours is dead and its pid used again.
    return (error as NodeJS.ErrnoException).code === 'EPERM' && startTime === null;
  }
  return startTime === null || (await startTimeOf(pid)) === startTime;
};

/**
 * Start of a process in clock ticks after boot: field 22 of /proc/PID/stat (proc(5)); null for a zombie
 * too, which init may leave lying for as long as it likes.
 */
const startTimeOf = async (pid: number): Promise<string | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in parentheses, which may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ['Z', 'X'].includes(fields[0] ?? '') ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
};
