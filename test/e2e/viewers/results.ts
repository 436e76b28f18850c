import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a run of the tests of one viewer found. */
export interface ViewerResult {
  readonly version: string;
  /** From the command to `ready`, milliseconds. */
  readonly readyMs: number;
}

/** Directory that `npm run test:viewers` collects results in; unset elsewhere. */
const directory = process.env.PORTHOLE_VIEWER_RESULTS;

/** Notes that a viewer has passed its main test. */
export const recordResult = async (name: string, result: ViewerResult): Promise<void> => {
  if (directory === undefined) return;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${name}.json`), JSON.stringify(result));
};
