import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is in an environment of the tests, made of files alone. */
export interface BrokenEnvironment {
  /** Version of Runicorn that its files tell; none: it is not installed. */
  readonly runicorn?: string;
  /** The same of TensorBoard. */
  readonly tensorboard?: string;
  /** What `bin/python` leads to; the system's unless told. */
  readonly python?: string;
  /** What its "uvicorn", which the launcher imports first, does when it is imported. */
  readonly uvicorn?: string;
}

/** Makes an environment that porthole finds as any other, and that does not work. */
export const makeBroken = async (
  directory: string,
  { runicorn, tensorboard, python = '/usr/bin/python3', uvicorn = '' }: BrokenEnvironment = {},
): Promise<void> => {
  const packages = join(directory, 'lib', 'python3.11', 'site-packages');
  await mkdir(packages, { recursive: true });
  await mkdir(join(directory, 'bin'));
  await symlink(python, join(directory, 'bin', 'python'));
  await writeFile(join(directory, 'pyvenv.cfg'), 'home = /usr/bin\nversion = 3.11.2\n');
  await writeFile(join(packages, 'uvicorn.py'), uvicorn);
  for (const [name, version] of Object.entries({ runicorn, tensorboard })) {
    if (version === undefined) continue;
    const facts = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
    await mkdir(join(packages, `${name}-${version}.dist-info`));
    await writeFile(join(packages, `${name}-${version}.dist-info`, 'METADATA'), facts);
  }
};
