import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { killAll, processesOf } from './processes.ts';
import { labRunner, runOrThrow } from './run.ts';

/** Login shells that the lab knows by name; any other is given by its path. */
export const LAB_SHELLS = ['bash', 'zsh', 'fish', 'tcsh', 'dash', 'ash'] as const;
export type LabShell = (typeof LAB_SHELLS)[number];

/** A throwaway account on this machine; needs root. */
export interface LabAccount {
  /** A name of `LAB_SHELLS` or an absolute path; bash unless told. */
  readonly shell?: LabShell | `/${string}`;
  /** Lets the account log in with it; without one only by key. */
  readonly password?: string;
}

/** The account that a lab logs in to. */
export interface LoginAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Of an account whose file somebody else is writing to. */
const MAX_REMOVALS = 50;
const REMOVAL_PAUSE_MS = 100;

/** A name that nobody has. */
export const accountName = (): string => `ph-${randomBytes(5).toString('hex')}`;

/**
 * Adds the account, with an empty home below `directory`.
 *
 * @throws Error where the user is not root or the shell is not installed
 */
export const addAccount = async (
  name: string,
  directory: string,
  { shell = 'bash', password }: LabAccount,
): Promise<LoginAccount> => {
  if (process.getuid?.() !== 0) throw new Error('Cannot add an account: this needs root.');
  const home = join(directory, 'home');
  const login = await shellPath(shell, directory);
  const args = ['--no-create-home', '--home-dir', home, '--shell', login, '--user-group', name];
  await runOrThrow({ file: 'useradd', args });
  // Without PAM sshd refuses accounts without a password as locked.
  const secret = password ?? randomBytes(16).toString('hex');
  await runOrThrow({ file: 'chpasswd', args: [] }, { input: `${name}:${secret}\n` });
  const entry = (await readFile('/etc/passwd', 'utf8')).match(
    new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm'),
  );
  if (entry === null) throw new Error(`useradd made no entry for ${name}.`);
  return { name, uid: Number(entry[1]), gid: Number(entry[2]), home };
};

/** Ends all that runs under the account, and removes it with what porthole's agent keeps in /tmp. */
export const removeAccount = async (name: string): Promise<void> => {
  const id = await labRunner.run({ file: 'id', args: ['-u', name] });
  if (id.exitCode !== 0) return; // A run that crashed before it had added the account.
  const uid = Number(id.stdout);
  await killAll(() => processesOf(uid));
  await rm(`/tmp/porthole-${uid}`, { recursive: true, force: true });
  // Another run that sweeps at the same time may be first, or hold the lock of the file just now.
  for (let attempt = 1; ; attempt++) {
    const removal = await labRunner.run({ file: 'userdel', args: ['--force', name] });
    if ((await labRunner.run({ file: 'id', args: ['-u', name] })).exitCode !== 0) return;
    if (attempt === MAX_REMOVALS) {
      throw new Error(`Cannot remove the account ${name}: ${removal.stderr}`);
    }
    await systemClock.sleep(REMOVAL_PAUSE_MS);
  }
};

const shellPath = async (
  shell: NonNullable<LabAccount['shell']>,
  directory: string,
): Promise<string> => {
  if (shell.startsWith('/')) return shell;
  if (shell === 'ash') {
    // busybox is what its name says; only one that is called ash is a shell.
    const path = join(directory, 'bin', 'ash');
    await mkdir(join(directory, 'bin'));
    await symlink(await findProgram('busybox'), path);
    return path;
  }
  return await findProgram(shell);
};

/** Path of a program of the system; @throws Error where there is none */
const findProgram = async (name: string): Promise<string> => {
  for (const path of [`/bin/${name}`, `/usr/bin/${name}`]) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  throw new Error(`There is no ${name} on this machine.`);
};
