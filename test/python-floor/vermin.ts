import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { labRunner, runOrThrow } from '../lab/run.ts';

const VERSION = '1.9.2';

export interface VerminInput {
  readonly files: readonly string[];
  /**
   * `evaluated`: annotations run when the module is loaded, as they do in Python 3.8.
   * `text`: the files have `from __future__ import annotations`.
   */
  readonly annotations: 'evaluated' | 'text';
}

/**
 * What in the files needs a Python newer than 3.8, by vermin: `file:line:column:py2:py3:what`.
 * A file that it cannot parse is reported as well.
 */
export const findNewerThan38 = async (input: VerminInput): Promise<readonly string[]> => {
  const { files, annotations } = input;
  if (files.length === 0) return [];
  const { stdout, stderr } = await labRunner.run({
    file: 'python3',
    args: [
      ...['-c', 'import vermin; vermin.main()', '--target=3.8-', '--violations', '--quiet'],
      ...['--no-tips', '--no-config-file', '--no-parse-comments', '--format=parsable'],
      ...(annotations === 'evaluated' ? ['--eval-annotations'] : []),
      ...files,
    ],
    env: { PYTHONPATH: await installVermin(), PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (stderr !== '') throw new Error(`vermin failed: ${stderr}`);
  // The lines without a line number only sum up.
  return stdout.split('\n').filter((line) => line !== '' && !/:::/.test(line));
};

/** Directory with vermin from PyPI, of one exact version, made once and kept outside the tree. */
const installVermin = async (): Promise<string> => {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'porthole-test');
  const directory = join(cache, `vermin-${VERSION}`);
  if (existsSync(directory)) return directory;
  await mkdir(cache, { recursive: true });
  const made = await mkdtemp(`${directory}.`);
  try {
    await runOrThrow({
      file: 'python3',
      args: [
        ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile'],
        ...['--no-deps', '--target', made, `vermin==${VERSION}`],
      ],
    });
    await rename(made, directory);
  } catch (error) {
    // Another test run may have been faster.
    if (!existsSync(directory)) throw error;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  return directory;
};
