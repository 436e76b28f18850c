import { access, rm, writeFile } from 'node:fs/promises';
import { program, type Requirement, SSHD } from './have-or-skip.ts';
import { runOrThrow } from './run.ts';

interface DebianPackage {
  readonly name: string;
  readonly requirement: Requirement;
}

const SSHD_PACKAGE: DebianPackage = { name: 'openssh-server', requirement: SSHD };

const shell = (name: string): DebianPackage => ({ name, requirement: program(name) });

const TEST_PACKAGES: readonly DebianPackage[] = [
  SSHD_PACKAGE,
  { name: 'openssh-client', requirement: program('ssh') },
  { name: 'python3-venv', requirement: program('python3') },
  ...['zsh', 'fish', 'tcsh', 'dash', 'busybox', 'chromium'].map(shell),
];

/**
 * Installs sshd where it is missing.
 *
 * @throws Error with the command for it where that cannot be done here
 */
export const setUpSshd = async (): Promise<void> => {
  await install([SSHD_PACKAGE]);
};

/** Installs what the tests need; where that cannot be done they skip, and this says so. */
export const setUpForTests = async (): Promise<void> => {
  try {
    await install(TEST_PACKAGES);
  } catch (error) {
    console.warn(`${error instanceof Error ? error.message : error} Some tests will not run.`);
  }
};

const install = async (packages: readonly DebianPackage[]): Promise<void> => {
  const missing = packages.filter(({ requirement }) => !requirement.have());
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const hint = `Install ${names.join(', ')}: sudo apt-get install ${names.join(' ')}.`;
  if (process.getuid?.() !== 0 || !program('apt-get').have()) throw new Error(hint);

  console.log(`Installing ${names.join(', ')} by apt-get`);
  const allowStarts = await forbidServiceStarts();
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await runOrThrow({ file: 'apt-get', args: ['update', '-q'], env });
    const args = ['install', '-q', '-y', '--no-install-recommends', ...names];
    await runOrThrow({ file: 'apt-get', args, env });
  } catch (cause) {
    throw new Error(hint, { cause });
  } finally {
    await allowStarts();
  }
};

/** Debian starts a daemon that it installs, by this policy: nobody asked for an sshd on port 22. */
const POLICY_FILE = '/usr/sbin/policy-rc.d';

const forbidServiceStarts = async (): Promise<() => Promise<void>> => {
  const hasPolicy = await access(POLICY_FILE).then(
    () => true,
    () => false,
  );
  if (hasPolicy) return async () => undefined;
  await writeFile(POLICY_FILE, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rm(POLICY_FILE, { force: true });
};
