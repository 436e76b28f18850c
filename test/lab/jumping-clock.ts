import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** In the environment of a Node program whose wall clock is to jump; nothing else of it changes. */
export const jumpingClockEnv = (directory: string): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'jumping-clock.mjs'))}`,
  JUMPING_CLOCK: join(directory, 'clock-jump'),
});

/** SIGUSR2 is signal 12: its place in the masks of /proc/PID/status. */
const SIGUSR2_BIT = 1n << 11n;

/** Lets the clock of a process jump, where it runs and has got as far as to listen. */
export const jumpClock = async (pid: number, hours: number): Promise<void> => {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [status, environment] = await Promise.all([read('status'), read('environ')]);
  const caught = /^SigCgt:\s+([0-9a-f]+)/m.exec(status)?.[1];
  const file = /(?:^|\0)JUMPING_CLOCK=([^\0]*)/.exec(environment)?.[1];
  // By the default the signal would end it.
  if (caught === undefined || file === undefined || !(BigInt(`0x${caught}`) & SIGUSR2_BIT)) return;
  await writeFile(`${file}.${pid}`, String(hours));
  try {
    process.kill(pid, 'SIGUSR2');
  } catch {
    // It has just ended.
  }
};
