import type { Lab } from '../lab/lab.ts';
import { processesWith } from '../lab/processes.ts';
import { labRunner } from '../lab/run.ts';

/**
 * Lets no file grow that a process of ours on a lab's server writes, as on a full disk: each write fails.
 * What is started there meanwhile inherits it. The function that is returned makes room again.
 */
export const fillDisk = async (lab: Lab): Promise<() => void> => {
  // sshd and its like are not ours, and would be ended by the signal that Python ignores.
  const ours = (await processesWith(lab.marker)).filter(({ args }) => args[0]?.includes('python'));
  const pids = ours.map(({ pid }) => pid);
  await limitEach(pids, '0:unlimited');
  return () => void freeAll(lab, pids);
};

const freeAll = async (lab: Lab, pids: readonly number[]): Promise<void> => {
  const now = (await processesWith(lab.marker)).map(({ pid }) => pid);
  await limitEach([...new Set([...pids, ...now])], 'unlimited:unlimited');
};

/** Those that have ended need none. */
const limitEach = async (pids: readonly number[], limit: string): Promise<void> => {
  await Promise.all(
    pids.map((pid) =>
      labRunner.run({ file: 'prlimit', args: [`--pid=${pid}`, `--fsize=${limit}`] }),
    ),
  );
};
