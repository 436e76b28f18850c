import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../src/ssh/command.ts';

/** A mount that only the lab's sshd and its sessions see. */
export type LabMount =
  /** An own file system in memory; the text is its mount options, e.g. `size=64k,mode=1777`. */
  | { readonly over: string; readonly tmpfs: string }
  /** Another file or directory in its place. */
  | { readonly over: string; readonly with: string };

/** The options of every mount are words of their own: nothing of them is read by the shell. */
const MOUNT_AND_RUN = [
  'set -e',
  'while [ "$1" != run ]; do',
  '  case $1 in',
  '    tmpfs) mount -t tmpfs -o "$3" tmpfs "$2" ;;',
  '    bind) mount --bind "$3" "$2" ;;',
  '  esac',
  '  shift 3',
  'done',
  'shift',
  'exec "$@"',
].join('\n');

/** The same command in a mount namespace of its own; with its own pid, since nothing forks. */
export const withMounts = (command: Command, mounts: readonly LabMount[]): Command => {
  if (mounts.length === 0) return command;
  const words = mounts.flatMap((mount) =>
    'tmpfs' in mount ? ['tmpfs', mount.over, mount.tmpfs] : ['bind', mount.over, mount.with],
  );
  const { file, args } = command;
  return {
    ...command,
    file: 'unshare',
    args: ['--mount', 'sh', '-c', MOUNT_AND_RUN, 'sh', ...words, 'run', file, ...args],
  };
};

const BIN_DIRECTORIES = ['/usr/bin', '/usr/local/bin'];

/** Mounts that put `stand` (nothing executable, unless told) in the place of each Python of the system. */
export const replacePythons = (stand = '/dev/null'): readonly LabMount[] => {
  const pythons = BIN_DIRECTORIES.flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => /^python[\d.]*$/.test(name))
      .map((name) => realpathSync(join(directory, name))),
  );
  return [...new Set(pythons)].map((over) => ({ over, with: stand }));
};
