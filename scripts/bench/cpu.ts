import { readdir, readFile } from 'node:fs/promises';
import { systemClock } from '../../src/core/clock.ts';

/** What processes cost while they were watched. */
export interface Cost {
  /** Of one core, in percent. */
  readonly percent: number;
  readonly seconds: number;
}

/**
 * Watches groups of processes for so long, or while `work` goes on.
 *
 * @throws Error where one of them ends meanwhile, or the kernel does not tell
 */
export const watchCpu = async <K extends string>(
  groups: Readonly<Record<K, readonly number[]>>,
  work: () => Promise<unknown>,
): Promise<Readonly<Record<K, Cost>>> => {
  const names = Object.keys(groups) as K[];
  const before = await Promise.all(names.map((name) => busySeconds(groups[name])));
  const startedMs = systemClock.monotonicMs();
  await work();
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
  const after = await Promise.all(names.map((name) => busySeconds(groups[name])));
  const costs = names.map((name, i): [K, Cost] => {
    const busy = (after[i] ?? 0) - (before[i] ?? 0);
    return [name, { percent: (busy / seconds) * 100, seconds }];
  });
  return Object.fromEntries(costs) as Record<K, Cost>;
};

/** Seconds on a core since their start, of all threads, by the scheduler's own count in nanoseconds. */
const busySeconds = async (pids: readonly number[]): Promise<number> => {
  const each = await Promise.all(
    pids.map(async (pid) => {
      const tasks = await readdir(`/proc/${pid}/task`);
      const counts = await Promise.all(
        tasks.map((task) => readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8')),
      );
      return counts.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0);
    }),
  );
  return each.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
};

/** Memory that a process holds at this moment, in MB. */
export const residentMb = (pid: number): Promise<number> => memoryMb(pid, 'VmRSS');

/** The most memory that a process has held so far, in MB. */
export const peakMb = (pid: number): Promise<number> => memoryMb(pid, 'VmHWM');

const memoryMb = async (pid: number, which: 'VmRSS' | 'VmHWM'): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = new RegExp(`^${which}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`Process ${pid} does not tell its memory.`);
  return (Number(kib) * 1024) / 1e6;
};

/** As `residentMb`, with what several processes share (after a fork, say) divided among them. */
export const proportionalMb = async (pid: number): Promise<number> => {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  if (kib === undefined) throw new Error(`Process ${pid} does not tell its memory.`);
  return (Number(kib) * 1024) / 1e6;
};
