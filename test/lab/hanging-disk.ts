import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { labRunner } from './run.ts';

const PROGRAM = fileURLToPath(new URL('hanging-disk.py', import.meta.url));

/** A mounted file system that hangs, as a network disk whose server is gone. */
export interface HangingDisk extends AsyncDisposable {
  /** Whoever looks into it waits for ever: put a link to it where it is to be met, and nothing else there. */
  readonly directory: string;
}

/**
 * Mounts one, for `await using`; it goes with this process as well. Needs root.
 *
 * @throws Error with what was said, where it cannot be mounted
 */
export const hangDisk = async (): Promise<HangingDisk> => {
  // Not in /tmp, which others look through.
  const directory = await mkdtemp('/run/porthole-hanging-');
  const disk = labRunner.start({ file: 'python3', args: [PROGRAM, directory] });
  const mounted = once(disk.stdout, 'data');
  const ended = disk.exited.then(() => {
    throw new Error(`The disk has ended: ${disk.stderr.text()}`);
  });
  ended.catch(() => undefined); // from here on an end is what is asked for
  await Promise.race([mounted, ended]);
  return {
    directory,
    [Symbol.asyncDispose]: async () => {
      disk.stdin.end();
      await ended.catch(() => undefined);
    },
  };
};
