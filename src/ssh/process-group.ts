import { readdir, readFile } from 'node:fs/promises';
import treeKill from 'tree-kill';
import type { Clock } from '../core/clock.ts';
import { settlesWithin } from './settles-within.ts';
import type { SpawnedProcess } from './spawn-process.ts';

const KILL_AFTER_MS = 5000;
const GROUP_POLL_MS = 20;

/**
 * Asks a process and the group that it leads to end: SIGTERM, and SIGKILL to the group where the
 * process is still there after 5 s. Resolves when the process has ended; never rejects.
 */
export const endProcess = async (spawned: SpawnedProcess, clock: Clock): Promise<void> => {
  const { pid } = spawned;
  // A pid that was reaped may belong to anybody by now.
  if (pid === undefined || spawned.hasExited()) return;
  if (process.platform === 'win32') {
    // Windows knows no groups; taskkill walks the tree, and ends it at once.
    treeKill(pid, 'SIGKILL', () => undefined);
    await settlesWithin(spawned.exited, KILL_AFTER_MS, clock);
    return;
  }
  signalGroup(pid, 'SIGTERM');
  if ((await settlesWithin(spawned.exited, KILL_AFTER_MS, clock)) === 'settled') return;
  signalGroup(pid, 'SIGKILL');
  await settlesWithin(spawned.exited, KILL_AFTER_MS, clock);
};

/**
 * Ends what a process left behind in its group (proxies, jump hosts, prompts). To be called in the
 * very turn in which its exit is seen: while a member is left, the group's id is not used again.
 */
export const sweepGroup = async (pid: number, clock: Clock): Promise<void> => {
  if (process.platform === 'win32' || signalGroup(pid, 'SIGTERM') === 'gone') return;
  // These are no children of ours: no event tells their end.
  const deadlineMs = clock.monotonicMs() + KILL_AFTER_MS;
  while (clock.monotonicMs() < deadlineMs) {
    if (!(await hasLivingMember(pid))) return;
    await clock.sleep(GROUP_POLL_MS);
  }
  signalGroup(pid, 'SIGKILL');
};

const signalGroup = (pid: number, signal: NodeJS.Signals | 0): 'delivered' | 'gone' => {
  try {
    process.kill(-pid, signal);
    return 'delivered';
  } catch {
    // ESRCH: nobody is left. EPERM: what is left is not ours to signal (a setuid program).
    return 'gone';
  }
};

/**
 * A zombie is a member too, for as long as init takes to reap it (in containers seconds, or for ever):
 * where there is a /proc the state is read, elsewhere the zombies count.
 */
const hasLivingMember = async (group: number): Promise<boolean> => {
  if (signalGroup(group, 0) === 'gone') return false;
  const entries = await readdir('/proc').catch(() => undefined);
  const pids = entries?.filter((name) => /^\d+$/.test(name));
  if (pids === undefined || pids.length === 0) return true;
  const living = await Promise.all(pids.map((pid) => isLivingMember(pid, group)));
  return living.includes(true);
};

const isLivingMember = async (pid: string, group: number): Promise<boolean> => {
  // A process that ended since the listing has no file any more.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, in parentheses, may hold anything; then come state, parent and process group.
  const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return processGroup === String(group) && state !== 'Z' && state !== 'X';
};
