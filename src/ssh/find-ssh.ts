import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { PortholeError } from '../core/errors.ts';
import { singleLine } from '../core/text.ts';
import type { Runner } from './runner.ts';

export interface FindSshInput {
  /** PORTHOLE_SSH: a path, or a name that PATH is searched for. */
  readonly configured?: string | undefined;
  /** PATH. */
  readonly searchPath: string | undefined;
}

/** As `ssh -V` tells it. */
export interface SshVersion {
  readonly major: number;
  readonly minor: number;
  /** The whole line, e.g. `OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026`. */
  readonly text: string;
}

/**
 * The ssh program to use, as an absolute path.
 *
 * @throws PortholeError `ssh-not-found`
 */
export const findSsh = async ({ configured, searchPath = '' }: FindSshInput): Promise<string> => {
  const name = configured || 'ssh';
  const candidates = /[/\\]/.test(name)
    ? [resolve(name)]
    : searchPath
        .split(delimiter)
        .filter((directory) => directory !== '')
        .map((directory) => resolve(join(directory, name)));
  for (const candidate of candidates) {
    if (await isProgram(candidate)) return candidate;
  }
  throw new PortholeError({
    code: 'ssh-not-found',
    message: configured
      ? `Cannot find the ssh program ${singleLine(name)} that PORTHOLE_SSH names.`
      : 'Cannot find the ssh program in PATH.',
    hint: 'Install the OpenSSH client, or set PORTHOLE_SSH to its path.',
  });
};

/** Asks a program for its version; undefined where it is not OpenSSH. Starts ssh: only for a decision or the doctor. */
export const readSshVersion = async (
  runner: Runner,
  ssh: string,
): Promise<SshVersion | undefined> => {
  const { stderr, stdout } = await runner.run({ file: ssh, args: ['-V'] }, { timeoutMs: 5000 });
  return parseSshVersion(`${stderr}\n${stdout}`);
};

/** Finds the version in the output of `ssh -V`. */
export const parseSshVersion = (output: string): SshVersion | undefined => {
  const match = /^OpenSSH_(?:for_Windows_)?(\d+)\.(\d+).*$/m.exec(output);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), text: singleLine(match[0]) };
};

/** Whether SSH_ASKPASS_REQUIRE is known (8.4); before, ssh asks the helper only where DISPLAY is set. */
export const knowsAskpassRequire = ({ major, minor }: SshVersion): boolean =>
  major > 8 || (major === 8 && minor >= 4);

const isProgram = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false; // missing or not executable: the next one, then
  }
};
