import { resolve } from 'node:path';
import { PortholeError } from '../core/errors.ts';
import { type SshTarget, validateHost } from '../ssh/target.ts';

export interface SshFlagValues {
  readonly config: string | undefined;
  readonly 'ssh-port': string | undefined;
  readonly login: string | undefined;
  readonly identity: readonly string[];
  readonly option: readonly string[];
  readonly 'no-mux': boolean;
}

/**
 * The ssh target of a command line; file names become absolute, since the hub may run elsewhere.
 *
 * @throws PortholeError `invalid-host`, `usage`
 */
export const resolveTarget = (host: string, flags: SshFlagValues, cwd: string): SshTarget => ({
  host: validateHost(host),
  ...(flags.config === undefined ? {} : { configFile: resolve(cwd, flags.config) }),
  ...(flags['ssh-port'] === undefined ? {} : { port: parsePort(flags['ssh-port'], '-p') }),
  ...(flags.login === undefined ? {} : { user: flags.login }),
  ...(flags.identity.length === 0
    ? {}
    : { identityFiles: flags.identity.map((file) => resolve(cwd, file)) }),
  ...(flags.option.length === 0 ? {} : { options: flags.option }),
  ...(flags['no-mux'] ? { multiplexing: 'none' } : {}),
});

/**
 * A TCP port from the command line.
 *
 * @throws PortholeError `usage`
 */
export const parsePort = (text: string, flag: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65535) return port;
  throw new PortholeError({
    code: 'usage',
    message: `Expected a port from 1 to 65535 for ${flag}, got "${text}".`,
  });
};

/**
 * Number of a process from the command line.
 *
 * @throws PortholeError `usage`
 */
export const parsePid = (text: string): number => {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new PortholeError({
    code: 'usage',
    message: `Expected the number of a process for --adopt, got "${text}".`,
    hint: 'porthole envs HOST shows the viewers that run there, with theirs.',
  });
};

/**
 * A number of seconds from the command line, in milliseconds.
 *
 * @throws PortholeError `usage`
 */
export const parseSeconds = (
  text: string,
  flag: string,
  { min, max }: { min: number; max: number },
): number => {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= min && seconds <= max) return seconds * 1000;
  throw new PortholeError({
    code: 'usage',
    message: `Expected seconds from ${min} to ${max} for ${flag}, got "${text}".`,
  });
};
