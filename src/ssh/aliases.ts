import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import SSHConfig, { type Line } from 'ssh-config';
import { PortholeError } from '../core/errors.ts';
import { nearest, singleLine } from '../core/text.ts';
import { expandGlob } from './expand-glob.ts';

/** A host that the user's ssh configuration names. */
export interface Alias {
  readonly alias: string;
  /** Where it is named first. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface ListAliasesInput {
  /** The user's home directory. */
  readonly home: string;
  /** `-F`, absolute; instead of the user's and the system's own. */
  readonly configFile?: string;
  /** The system's own; for tests. */
  readonly systemFile?: string;
}

/** As OpenSSH (READCONF_MAX_DEPTH). */
const MAX_DEPTH = 16;
const MAX_FILES = 1000;
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/**
 * Lists the aliases of the configuration in the order in which ssh reads it, Include files followed.
 * Patterns and negations name no host and are left out. Only a list: what applies to a host is for
 * `ssh -G` to say.
 *
 * @throws PortholeError `ssh-config-invalid` when the file of `-F` cannot be read
 */
export const listAliases = async (input: ListAliasesInput): Promise<readonly Alias[]> => {
  const { home, configFile, systemFile = '/etc/ssh/ssh_config' } = input;
  const userDirectory = join(home, '.ssh');
  const reading: Reading = { home, found: new Map(), files: new Set() };
  if (configFile !== undefined) {
    const text = await readConfig(configFile);
    if (text === undefined) throw unreadable(configFile);
    await collect({ reading, file: configFile, text, relativeTo: userDirectory, depth: 0 });
  } else {
    await collectFile({
      ...{ reading, file: join(userDirectory, 'config') },
      ...{ relativeTo: userDirectory, depth: 0 },
    });
    await collectFile({ reading, file: systemFile, relativeTo: '/etc/ssh', depth: 0 });
  }
  return [...reading.found.values()];
};

/** The alias that was probably meant by a host that does not exist. */
export const nearestAlias = (host: string, aliases: readonly Alias[]): string | undefined =>
  nearest(
    host,
    aliases.map(({ alias }) => alias),
  );

interface Reading {
  readonly home: string;
  readonly found: Map<string, Alias>;
  /** Read already: a second time they name nothing new, and they may include each other. */
  readonly files: Set<string>;
}

interface FileInput {
  readonly reading: Reading;
  readonly file: string;
  /** Directory of relative Include paths. */
  readonly relativeTo: string;
  readonly depth: number;
}

const collectFile = async (input: FileInput): Promise<void> => {
  const { file, depth, reading } = input;
  if (depth > MAX_DEPTH || reading.files.size >= MAX_FILES || reading.files.has(file)) return;
  reading.files.add(file);
  const text = await readConfig(file);
  if (text !== undefined) await collect({ ...input, text });
};

const collect = async (input: FileInput & { readonly text: string }): Promise<void> => {
  const { reading, file, relativeTo, depth } = input;
  for (const [index, line] of input.text.split(/\r?\n/).entries()) {
    const { name, values } = parseLine(line);
    if (name === 'host') {
      for (const alias of values.filter(namesOneHost)) {
        if (!reading.found.has(alias)) {
          reading.found.set(alias, { alias, file, line: index + 1 });
        }
      }
    } else if (name === 'include') {
      for (const value of values) {
        const pattern = absolutePattern(value, reading.home, relativeTo);
        for (const included of await expandGlob(pattern)) {
          await collectFile({ reading, file: included, relativeTo, depth: depth + 1 });
        }
      }
    }
  }
};

/** One line at a time: the format is one of lines, and a line that is wrong spoils no other. */
const parseLine = (line: string): { name: string; values: readonly string[] } => {
  const none = { name: '', values: [] };
  if (!/^\s*(?:host|include)\b/i.test(line)) return none;
  let parsed: Line | undefined;
  try {
    parsed = SSHConfig.parse(line.trim())[0];
  } catch {
    return none; // an unclosed quote: ssh itself will say so
  }
  if (parsed === undefined || !('param' in parsed)) return none;
  const { param, value } = parsed;
  return {
    name: param.toLowerCase(),
    values: typeof value === 'string' ? [value] : value.map(({ val }) => val),
  };
};

const namesOneHost = (name: string): boolean =>
  !/^-|^!|[*?\s]/.test(name) && singleLine(name) === name && name !== '';

const absolutePattern = (pattern: string, home: string, relativeTo: string): string => {
  if (pattern === '~' || pattern.startsWith('~/')) return join(home, pattern.slice(1));
  return isAbsolute(pattern) ? pattern : join(relativeTo, pattern);
};

const readConfig = async (file: string): Promise<string | undefined> => {
  try {
    return (await readFile(file)).subarray(0, MAX_FILE_BYTES).toString('utf8');
  } catch {
    return undefined; // ssh, too, passes over files that are missing or unreadable
  }
};

const unreadable = (file: string): PortholeError =>
  new PortholeError({
    code: 'ssh-config-invalid',
    message: `Cannot read the ssh config ${file}.`,
    hint: 'Check the path given by -F.',
  });
