import { PortholeError } from '../core/errors.ts';
import { singleLine } from '../core/text.ts';

/** A server as the user names it to ssh, with the ssh options given on porthole's command line. */
export interface SshTarget {
  /** Alias of the ssh config, or `user@host`. */
  readonly host: string;
  /** `-F`, absolute. */
  readonly configFile?: string;
  /** `-p`. */
  readonly port?: number;
  /** `-l`. */
  readonly user?: string;
  /** `-i`, absolute, in order. */
  readonly identityFiles?: readonly string[];
  /** `-o NAME=VALUE`, in order. */
  readonly options?: readonly string[];
  /** `none` where ssh is to run without a ControlMaster (`--no-mux`). */
  readonly multiplexing?: 'none';
}

/** Whether ssh can be asked for forwards later on: Windows' OpenSSH knows no ControlMaster. */
export const isMultiplexed = ({ multiplexing }: SshTarget): boolean =>
  multiplexing !== 'none' && process.platform !== 'win32';

const MAX_HOST_LENGTH = 255;

/**
 * Refuses what ssh would take for an option or could never be a host.
 *
 * @throws PortholeError `invalid-host`
 */
export const validateHost = (host: string): string => {
  const problem =
    host === ''
      ? 'it is empty'
      : host.startsWith('-') || /@-/.test(host)
        ? 'it begins with "-"'
        : /\s/.test(host)
          ? 'it contains white space'
          : // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
            /[\u0000-\u001f\u007f]/.test(host)
            ? 'it contains control characters'
            : host.length > MAX_HOST_LENGTH
              ? `it is longer than ${MAX_HOST_LENGTH} characters`
              : undefined;
  if (problem === undefined) return host;
  throw new PortholeError({
    code: 'invalid-host',
    message: `Cannot use "${singleLine(host.slice(0, 80))}" as a host: ${problem}.`,
    hint: 'Give an alias of your ssh config (see `porthole hosts`) or user@host.',
  });
};

/** Same key, same connection: what connections are shared by. */
export const connectionKey = (target: SshTarget): string =>
  `${targetKey(target)}${isMultiplexed(target) ? '' : ' without multiplexing'}`;

/** Same key, same server by the same way: what choices are remembered under. */
export const targetKey = (target: SshTarget): string => {
  const { host, configFile, port, user, identityFiles = [], options = [] } = target;
  const words = [
    host,
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    ...identityFiles.flatMap((file) => ['-i', file]),
    ...options.flatMap((option) => ['-o', option]),
  ];
  return words.length === 1 ? host : JSON.stringify(words);
};
