import { readdirSync, readFileSync } from 'node:fs';
import { systemClock } from '../../src/core/clock.ts';

/** Which process it is, and whose child; zombies are left out. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  /** Clock ticks after boot: tells one user of a pid from the next. */
  readonly startTime: string;
}

/** A living process, as /proc tells it. */
export interface LivingProcess extends ProcessEntry {
  readonly uid: number;
  readonly args: readonly string[];
  /** NAME=VALUE of its start; empty where it may not be read. */
  readonly environment: readonly string[];
}

/** Every living process but this one. */
export const listProcesses = async (): Promise<readonly LivingProcess[]> =>
  otherPids().flatMap((pid) => readProcess(pid) ?? []);

/** The same at a quarter of the cost. */
export const listEntries = async (): Promise<readonly ProcessEntry[]> =>
  otherPids().flatMap((pid) => readEntry(pid) ?? []);

/** What runs under an account. */
export const processesOf = async (uid: number): Promise<readonly ProcessEntry[]> =>
  otherPids().flatMap((pid) => (readUid(pid) === uid ? (readEntry(pid) ?? []) : []));

/** Those of them that still run. */
export const stillThere = async (
  processes: readonly ProcessEntry[],
): Promise<readonly ProcessEntry[]> =>
  processes.filter(({ pid, startTime }) => readEntry(pid)?.startTime === startTime);

/** Processes with `marker` in their command line or in the environment that they were started with. */
export const processesWith = async (marker: string): Promise<readonly LivingProcess[]> => {
  const holdsMarker = (text: string) => text.includes(marker);
  return otherPids().flatMap((pid) => {
    // Most have no marker, and need not be read any further; the kernel's own have no words at all.
    const words = readProcFile(pid, 'cmdline') ?? '';
    const isMarked =
      words !== '' && (holdsMarker(words) || holdsMarker(readProcFile(pid, 'environ') ?? ''));
    const one = isMarked ? readProcess(pid) : undefined;
    const stillIs = one !== undefined && [...one.args, ...one.environment].some(holdsMarker);
    return stillIs ? [one] : [];
  });
};

/** Children of a process, their children, and so on. */
export const descendantsOf = <T extends ProcessEntry>(
  pid: number,
  processes: readonly T[],
): readonly T[] =>
  processes
    .filter((one) => one.ppid === pid)
    .flatMap((child) => [child, ...descendantsOf(child.pid, processes)]);

/** What tells a process from a later one with the same pid; undefined where it is gone. */
export const startTimeOf = async (pid: number): Promise<string | undefined> =>
  readEntry(pid)?.startTime;

/**
 * Kills all that `find` finds, until it finds nothing any more.
 *
 * @throws Error where something outlives SIGKILL for 10 s
 */
export const killAll = async (find: () => Promise<readonly ProcessEntry[]>): Promise<void> => {
  const deadlineMs = systemClock.monotonicMs() + 10_000;
  for (let left = await find(); left.length > 0; left = await find()) {
    for (const { pid } of left) kill(pid);
    // These are no children of ours: no event tells their end. To find is dear, to look at these is not.
    for (let dying = left; dying.length > 0; dying = await stillThere(dying)) {
      if (systemClock.monotonicMs() > deadlineMs) throw new Error(`Cannot kill ${inWords(dying)}.`);
      await systemClock.sleep(5);
    }
  }
};

const inWords = (processes: readonly ProcessEntry[]): string =>
  processes.map(({ pid }) => [pid, ...(readProcess(pid)?.args ?? [])].join(' ')).join(', ');

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself since it was listed.
  }
};

const otherPids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid);

const readEntry = (pid: number): ProcessEntry | undefined => {
  const stat = readProcFile(pid, 'stat') ?? '';
  // The name, in parentheses, may hold anything; field 3 comes after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ppid] = fields;
  const startTime = fields[19];
  if (state === undefined || state === 'Z' || state === 'X' || startTime === undefined) return;
  return { pid, ppid: Number(ppid), startTime };
};

const readProcess = (pid: number): LivingProcess | undefined => {
  const entry = readEntry(pid);
  if (entry === undefined) return;
  return {
    ...entry,
    uid: readUid(pid),
    args: splitAtNul(readProcFile(pid, 'cmdline')),
    environment: splitAtNul(readProcFile(pid, 'environ')),
  };
};

const readUid = (pid: number): number =>
  Number(/^Uid:\s+(\d+)/m.exec(readProcFile(pid, 'status') ?? '')?.[1] ?? -1);

/**
 * Undefined for a process that has ended, or that belongs to somebody else. Not by promises: tests ask until
 * something is gone, and on all processes those take six times as long.
 */
const readProcFile = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
};

const splitAtNul = (text: string | undefined): readonly string[] =>
  (text ?? '').split('\0').filter((word) => word !== '');
