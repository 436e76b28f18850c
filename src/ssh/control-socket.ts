import { lstat, rm } from 'node:fs/promises';
import { PortholeError } from '../core/errors.ts';
import { checkCommand, exitCommand, type MuxInput } from './argv.ts';
import type { Runner } from './runner.ts';

/**
 * Where the path fits, its length in bytes.
 *
 * @throws PortholeError `path-too-long`
 */
export const checkControlPath = (controlPath: string): number => {
  const bytes = Buffer.byteLength(controlPath);
  if (bytes <= MAX_CONTROL_PATH_BYTES) return bytes;
  throw new PortholeError({
    code: 'path-too-long',
    message: `Cannot make the control socket ${controlPath}: its path has ${bytes} bytes, and ${MAX_CONTROL_PATH_BYTES} are the most.`,
    hint: 'Set XDG_RUNTIME_DIR to a directory with a shorter path.',
  });
};

/** 104 characters of a socket's path on macOS, less the 17 that ssh appends while it binds. */
export const MAX_CONTROL_PATH_BYTES = 86;

/** A master that hangs would let `-O check` hang. */
const CONTROL_TIMEOUT_MS = 1000;

/**
 * Makes way for a new master: with a socket file in its place, also one without a listener, ssh would
 * run without multiplexing. A master of ours that outlived its hub is asked to end.
 * A path of its own for each start is best: a master that ends removes whatever lies at its path.
 *
 * @throws PortholeError `path-too-long`
 */
export const clearControlPath = async (
  runner: Runner,
  mux: MuxInput,
  signal?: AbortSignal,
): Promise<void> => {
  const { controlPath } = mux;
  checkControlPath(controlPath);
  if ((await lstat(controlPath).catch(() => undefined)) === undefined) return;
  const options = { timeoutMs: CONTROL_TIMEOUT_MS, ...(signal ? { signal } : {}) };
  const check = await runner.run(checkCommand(mux), options);
  if (check.exitCode === 0) await runner.run(exitCommand(mux), options);
  await rm(controlPath, { force: true });
};
