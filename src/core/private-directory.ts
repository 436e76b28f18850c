import type { Stats } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { PortholeError } from './errors.ts';

/**
 * Makes sure that `path` is a directory which only this user can enter: made with mode 0700, or
 * found as such. A link, another owner or a wider mode is refused, since someone else may have laid it.
 *
 * @throws PortholeError `runtime-directory`
 */
export const ensurePrivateDirectory = async (path: string, uid: number): Promise<void> => {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new PortholeError({
      code: 'runtime-directory',
      message: `Cannot make the directory ${path}: ${(error as Error).message}`,
      cause: error,
    });
  }
  const problem = problemOf(await lstat(path), uid);
  if (problem !== undefined) {
    throw new PortholeError({
      code: 'runtime-directory',
      message: `Cannot use the directory ${path}: ${problem}.`,
      hint: 'Remove it, or set XDG_RUNTIME_DIR to a directory of your own.',
    });
  }
};

/** Whether there is a directory that only this user can enter. */
export const isPrivateDirectory = async (path: string, uid: number): Promise<boolean> => {
  try {
    return problemOf(await lstat(path), uid) === undefined;
  } catch {
    return false;
  }
};

const problemOf = (found: Stats, uid: number): string | undefined => {
  if (!found.isDirectory()) return 'it is not a directory';
  if (found.uid !== uid) return `it belongs to user ${found.uid}`;
  const mode = found.mode & 0o777;
  return (mode & 0o077) === 0 ? undefined : `its mode is ${mode.toString(8)}, not 700`;
};
