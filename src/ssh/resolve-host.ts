import { PortholeError } from '../core/errors.ts';
import { destinationWords, resolveCommand } from './argv.ts';
import { connectionError } from './failures.ts';
import type { Runner } from './runner.ts';
import type { SshTarget } from './target.ts';

/** What ssh's configuration comes to for a host, as far as porthole needs it. */
export interface ResolvedHost {
  readonly hostname: string;
  readonly user: string;
  readonly port: number;
  /** Keys that ssh would offer, in its order, as it writes them. */
  readonly identityFiles: readonly string[];
  readonly proxyJump?: string;
  readonly proxyCommand?: string;
  /** Where a master of the user's own would be; tokens expanded. */
  readonly controlPath?: string;
  readonly controlMaster: string;
  /** `-o` options that undo what would break a master; only those that this ssh knows. */
  readonly overrides: readonly string[];
  /** Settings of the user's that porthole leaves out, by ssh's names in lower case. */
  readonly leftOut: readonly string[];
  /** Values that may hold a secret: commands, and what is put into the environment there. */
  readonly confidential: readonly string[];
}

export interface ResolveHostInput {
  readonly runner: Runner;
  readonly ssh: string;
  readonly target: SshTarget;
  readonly signal?: AbortSignal;
}

/** `Match exec` in a config runs programs. */
const RESOLVE_TIMEOUT_MS = 10_000;

/**
 * Asks ssh itself (`ssh -G`), the only authority on Match, Include and canonical names. Contacts nobody.
 *
 * @throws PortholeError `ssh-config-invalid` or `invalid-host`
 */
export const resolveHost = async (input: ResolveHostInput): Promise<ResolvedHost> => {
  const { runner, ssh, target, signal } = input;
  const { host } = target;
  const destination = destinationWords(target);
  const finished = await runner.run(resolveCommand(ssh, target), {
    timeoutMs: RESOLVE_TIMEOUT_MS,
    ...(signal ? { signal } : {}),
  });
  if (finished.exitCode === 0) return parseResolvedHost(finished.stdout, host);
  const error = connectionError({ ...finished, host, destination, phase: 'connect' });
  if (error.code === 'ssh-config-invalid' || error.code === 'invalid-host') throw error;
  throw new PortholeError({
    code: 'ssh-config-invalid',
    message: finished.timedOut
      ? `ssh took too long to read its configuration for ${host}.`
      : `ssh cannot read its configuration for ${host}: ${error.message}`,
    hint: `Try the same by hand: ssh -G ${destination}`,
    ...(error.output === undefined ? {} : { output: error.output }),
  });
};

/** Reads the output of `ssh -G`: one `name value` a line, names in lower case. */
export const parseResolvedHost = (output: string, host: string): ResolvedHost => {
  const values = new Map<string, string>();
  for (const line of output.split(/\r?\n/)) {
    const space = line.indexOf(' ');
    // Names that may be given more than once (identityfile, sendenv, ...) are not needed here.
    if (space > 0 && !values.has(line.slice(0, space))) {
      values.set(line.slice(0, space), line.slice(space + 1));
    }
  }
  const optional = (name: string): string | undefined => {
    const value = values.get(name);
    return value === undefined || value === 'none' || value === '' ? undefined : value;
  };
  const proxyJump = optional('proxyjump');
  const proxyCommand = optional('proxycommand');
  const controlPath = optional('controlpath');
  return {
    hostname: values.get('hostname') ?? host,
    user: values.get('user') ?? '',
    port: Number(values.get('port') ?? '22'),
    identityFiles: output
      .split(/\r?\n/)
      .flatMap((line) => (line.startsWith('identityfile ') ? [line.slice(13)] : [])),
    ...(proxyJump === undefined ? {} : { proxyJump }),
    ...(proxyCommand === undefined ? {} : { proxyCommand }),
    ...(controlPath === undefined ? {} : { controlPath }),
    controlMaster: values.get('controlmaster') ?? 'false',
    overrides: BREAKING.flatMap(({ name, harmless, override }) => {
      const value = values.get(name);
      return value === undefined || value === harmless ? [] : [override];
    }),
    leftOut: [...LEFT_OUT].flatMap(([name, harmless]) => {
      const value = values.get(name);
      return value === undefined || harmless.includes(value) ? [] : [name];
    }),
    confidential: output.split(/\r?\n/).flatMap((line) => {
      const [name = '', ...words] = line.split(' ');
      const value = words.join(' ');
      return isConfidential(name) && value !== 'none' && value !== '' ? [value] : [];
    }),
  };
};

/** Undone on porthole's command line, each with the values that mean that nothing was set. */
const LEFT_OUT: ReadonlyMap<string, readonly string[]> = new Map([
  ['remotecommand', ['none']],
  ['requesttty', ['auto', 'no', 'false']],
  ['localforward', []],
  ['remoteforward', []],
  ['dynamicforward', []],
  ['permitlocalcommand', ['no', 'false']],
  ['forwardagent', ['no', 'false']],
  ['forwardx11', ['no', 'false']],
  ['controlpersist', ['no', 'false']],
  ['forkafterauthentication', ['no', 'false']],
  ['sessiontype', ['default']],
  ['stdinnull', ['no', 'false']],
]);

const CONFIDENTIAL = new Set([
  ...['proxycommand', 'localcommand', 'remotecommand', 'knownhostscommand', 'setenv'],
]);

/** Whether the value of an option of ssh's may hold a secret. */
export const isConfidential = (option: string): boolean => CONFIDENTIAL.has(option.toLowerCase());

/**
 * Settings of OpenSSH 8.7 that would take session, stdin or process from us. Older ones refuse to
 * start when told of them, so they are undone only where `ssh -G` shows them set.
 */
const BREAKING = [
  {
    name: 'forkafterauthentication',
    harmless: 'no',
    override: 'ForkAfterAuthentication=no',
  },
  { name: 'sessiontype', harmless: 'default', override: 'SessionType=default' },
  { name: 'stdinnull', harmless: 'no', override: 'StdinNull=no' },
] as const;
