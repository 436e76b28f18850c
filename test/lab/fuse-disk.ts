import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { RunningProcess } from '../../src/ssh/runner.ts';
import { labRunner } from './run.ts';

/** A file system that a program of the lab's serves to the kernel; it goes with its directory. */
export interface FuseDisk extends AsyncDisposable {
  readonly directory: string;
  /** The program that serves it. */
  readonly program: RunningProcess;
}

/**
 * Mounts one: `name` is the program's beside this file, which is given the directory and says when it is
 * mounted. It goes with this process as well. Needs root.
 *
 * @throws Error with what was said, where it cannot be mounted
 */
export const mountFuseDisk = async (name: `${string}.py`): Promise<FuseDisk> => {
  // Not in /tmp, which others look through.
  const directory = await mkdtemp('/run/porthole-disk-');
  const args = [fileURLToPath(new URL(name, import.meta.url)), directory];
  const program = labRunner.start({ file: 'python3', args });
  const mounted = once(program.stdout, 'data');
  const ended = program.exited.then(() => {
    throw new Error(`The disk has ended: ${program.stderr.text()}`);
  });
  ended.catch(() => undefined); // from here on an end is what is asked for
  await Promise.race([mounted, ended]);
  return {
    directory,
    program,
    [Symbol.asyncDispose]: async () => {
      program.stdin.end();
      await ended.catch(() => undefined);
    },
  };
};
