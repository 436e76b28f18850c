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
  const problem = problemOf(await makeDirectory(path), uid);
  if (problem === undefined) return;
  throw new PortholeError({
    code: 'runtime-directory',
    message: `Cannot use the directory ${path}: ${problem}.`,
    hint: 'Remove it, or set XDG_RUNTIME_DIR to a directory of your own.',
  });
};

/** Whoever used it last may be removing it at this very moment. */
const MAX_ATTEMPTS = 20;

const makeDirectory = async (path: string): Promise<Stats> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      return await lstat(path);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' && attempt < MAX_ATTEMPTS) continue;
      throw new PortholeError({
        code: 'runtime-directory',
        message: `Cannot make the directory ${path}: ${message}`,
        cause: error,
      });
    }
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
