import { copyFile, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Venv } from './venvs.ts';

/** An environment of its own with the packages of another one, each of which can be taken away. */
export interface LinkedVenv extends Venv {
  readonly sitePackages: string;
}

/** Makes one at `directory`: a link for each package, in the time of a few hundred links. */
export const linkVenv = async (source: Venv, directory: string): Promise<LinkedVenv> => {
  const [version = ''] = await readdir(join(source.directory, 'lib'));
  const from = join(source.directory, 'lib', version, 'site-packages');
  const sitePackages = join(directory, 'lib', version, 'site-packages');
  await mkdir(sitePackages, { recursive: true });
  await mkdir(join(directory, 'bin'));
  await copyFile(join(source.directory, 'pyvenv.cfg'), join(directory, 'pyvenv.cfg'));
  const python = join(directory, 'bin', 'python');
  await symlink(await baseOf(source.python), python);
  const names = await readdir(from);
  await Promise.all(names.map((name) => symlink(join(from, name), join(sitePackages, name))));
  return { directory, python, sitePackages };
};

/** bin/python -> python3 -> /usr/bin/python3 */
const baseOf = async (python: string): Promise<string> => {
  const target = await readlink(python);
  return target.startsWith('/') ? target : baseOf(join(python, '..', target));
};
