import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * All that porthole's agent has in /tmp for a user of this machine, as paths below its directory;
 * empty where there is nothing.
 */
export const remoteRuntimeEntries = async (uid: number): Promise<readonly string[]> => {
  const directory = join('/tmp', `porthole-${uid}`);
  try {
    return await readdir(directory, { recursive: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};
