import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOrThrow } from '../../lab/run.ts';

const UVICORN = fileURLToPath(new URL('uvicorn.py', import.meta.url));

/**
 * Makes a Python environment whose "Runicorn" is a viewer of the test's own, on the unix socket
 * `viewerSocket`; undefined: one that never listens. All else of a session is the real thing:
 * porthole finds it, launches it by Runicorn's launcher, and asks it as any other.
 */
export const makeStandIn = async (
  directory: string,
  viewerSocket: string | undefined,
): Promise<void> => {
  await mkdir(dirname(directory), { recursive: true });
  const args = ['-m', 'venv', '--without-pip', '--symlinks', directory];
  await runOrThrow({ file: '/usr/bin/python3', args });
  const [version = ''] = await readdir(join(directory, 'lib'));
  const packages = join(directory, 'lib', version, 'site-packages');
  await mkdir(join(packages, 'runicorn'));
  await mkdir(join(packages, 'runicorn-0.6.0.dist-info'));
  const files = {
    [join(directory, 'viewer-socket')]: viewerSocket ?? '',
    [join(packages, 'runicorn', '__init__.py')]: '',
    [join(packages, 'runicorn', 'viewer.py')]: 'def create_app(storage):\n    return None\n',
    [join(packages, 'runicorn-0.6.0.dist-info', 'METADATA')]:
      'Metadata-Version: 2.1\nName: runicorn\nVersion: 0.6.0\n',
  };
  for (const [path, text] of Object.entries(files)) await writeFile(path, text);
  await copyFile(UVICORN, join(packages, 'uvicorn.py'));
};
