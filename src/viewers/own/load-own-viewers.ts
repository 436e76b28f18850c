import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackagedViewer } from '../adapter.ts';

/** A file that is no viewer, and why, with line and field. */
export interface OwnViewerProblem {
  readonly file: string;
  readonly problem: string;
}

/** What the user's files give. */
export interface OwnViewers {
  readonly viewers: readonly PackagedViewer[];
  readonly problems: readonly OwnViewerProblem[];
}

/** Far above any viewer's description. */
const MAX_BYTES = 256 * 1024;

/** The directory of such files, in that of the settings. */
export const ownViewersIn = (config: string): string => join(config, 'viewers');

/**
 * Reads `*.json` of a directory, in the order of their names; a directory that is not there has none.
 *
 * @param taken ids that belong to porthole's own viewers
 */
export const loadOwnViewers = async (
  directory: string,
  taken: readonly string[],
): Promise<OwnViewers> => {
  const viewers: PackagedViewer[] = [];
  const problems: OwnViewerProblem[] = [];
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json'));
  if (names.length === 0) return { viewers, problems };
  const { readOwnViewer } = await import('./read-own-viewer.ts');
  for (const name of names.sort()) {
    const file = join(directory, name);
    try {
      const text = await readFile(file, 'utf8');
      if (text.length > MAX_BYTES) throw new Error('it is larger than 256 KiB');
      const ids = [...taken, ...viewers.map(({ id }) => id)];
      const read = readOwnViewer(text.replace(/^\ufeff/, ''), ids);
      if (read.kind === 'viewer') viewers.push(read.viewer);
      else problems.push({ file, problem: read.problem });
    } catch (error) {
      problems.push({ file, problem: `cannot be read: ${(error as Error).message}` });
    }
  }
  return { viewers, problems };
};
