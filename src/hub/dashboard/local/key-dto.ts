import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { singleLine } from '../../../core/text.ts';
import { type KeyFile as Looked, lookAtKey } from '../../../ssh/key-file.ts';
import type { KeyFile } from '../../api/schema/local.ts';
import type { Target } from '../../api/schema/target.ts';
import { expandHome } from '../ssh-target.ts';
import { ApiError } from '../to-failure.ts';

/** A key as the page shows it. */
export const describeKey = async (path: string, home: string): Promise<KeyFile> => {
  const absolute = expandHome(path, home);
  const found: Looked = isAbsolute(absolute)
    ? await lookAtKey(absolute)
    : { kind: 'missing', type: null, encrypted: null, tooOpen: false, comment: null };
  const label = labelOf(absolute, home);
  return { path: absolute, label, ...found, problem: problemOf(found, label, absolute) };
};

/**
 * Refuses a key file that ssh could not use, before it is tried.
 *
 * @throws ApiError `key-unusable`
 */
export const checkKey = async (target: Target, home: string): Promise<void> => {
  if (target.kind === 'here' || target.auth.kind !== 'key') return;
  const { problem } = await describeKey(target.auth.path, home);
  if (problem === null) return;
  throw new ApiError(422, { code: 'key-unusable', message: problem, field: 'target.auth.path' });
};

/** Files of ~/.ssh beyond this are no keys. */
const MAX_FILES = 500;

/** The private keys in ~/.ssh, by name. */
export const listKeys = async (home: string) => {
  const directory = join(home, '.ssh');
  const names = await readdir(directory).catch(() => []);
  const candidates = names.filter((name) => !NO_KEYS.test(name)).sort();
  const looked = await Promise.all(
    candidates.slice(0, MAX_FILES).map((name) => describeKey(join(directory, name), home)),
  );
  return { directory, keys: looked.filter(({ kind }) => kind === 'private-key') };
};

const NO_KEYS = /\.pub$|^known_hosts|^config|^authorized_keys|\.old$/;

const labelOf = (path: string, home: string): string =>
  singleLine(path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path);

const problemOf = ({ kind, tooOpen }: Looked, label: string, path: string): string | null => {
  switch (kind) {
    case 'missing':
      return isAbsolute(path)
        ? `There is no file ${label}.`
        : `${label} is not a whole path: begin it with / or ~/.`;
    case 'directory':
      return `${label} is a directory: name the key in it.`;
    case 'unreadable':
      return `${label} cannot be read.`;
    case 'public-key':
      return `${label} is the public half: name the private key (without .pub).`;
    case 'not-a-key':
      return `${label} is no private key of ssh's.`;
    case 'private-key':
      return tooOpen ? `Others may read ${label}, so ssh refuses it: chmod 600 ${label}` : null;
    default:
      return kind satisfies never;
  }
};
