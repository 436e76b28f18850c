import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PortholeError } from '../core/errors.ts';
import { checkCommand, exitCommand, type MuxInput } from './argv.ts';
import type { Runner } from './runner.ts';

/** The control socket of a master of ours, in its connection's own directory. */
export const masterSocketIn = (directory: string): string => join(directory, 'ctl');

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
  await endMasterAt(runner, mux, signal);
  await rm(controlPath, { force: true });
};

/**
 * Asks the master at this path to end, where one listens. One that a link leads to is somebody else's,
 * and is left alone.
 */
export const endMasterAt = async (
  runner: Runner,
  mux: MuxInput,
  signal?: AbortSignal,
): Promise<void> => {
  const found = await lstat(mux.controlPath).catch(() => undefined);
  if (found?.isSocket() !== true) return;
  const options = { timeoutMs: CONTROL_TIMEOUT_MS, ...(signal ? { signal } : {}) };
  const check = await runner.run(checkCommand(mux), options);
  if (check.exitCode === 0) await runner.run(exitCommand(mux), options);
};
