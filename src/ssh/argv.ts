import { singleLine } from '../core/text.ts';
import type { Command } from './command.ts';
import { shellQuote } from './command-line.ts';
import type { SshTarget } from './target.ts';

/** `batch` never asks anything (a reconnect in the background); `interactive` asks through SSH_ASKPASS. */
export type Prompting = 'interactive' | 'batch';

/** The end of a forward on the server. */
export type ForwardTarget =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly port: number };

/** A forward from a socket file on this machine to an end on the server. */
export interface Forward {
  readonly localSocket: string;
  readonly remote: ForwardTarget;
}

export interface MasterCommandInput {
  readonly ssh: string;
  readonly target: SshTarget;
  /** Where the control socket is to be; null: no master, and none of the user's own either. */
  readonly controlPath: string | null;
  /** What the login shell is to run; a constant of porthole's, never data. */
  readonly remoteCommand: string;
  readonly prompting: Prompting;
  /** Limit for TCP connect and the server's banner; does not run while ssh asks. */
  readonly connectTimeoutMs: number;
  /** Settings of the user's config that would break the master, undone (see `resolveHost`). */
  readonly overrides?: readonly string[];
  /** Environment that lets ssh ask (see `askpassEnv`); without it ssh asks nobody. */
  readonly askpass?: Readonly<Record<string, string>>;
}

/** A live master, and the ssh program to speak to it with. */
export interface MuxInput {
  readonly ssh: string;
  readonly controlPath: string;
}

/**
 * What porthole relies on, whatever the user's config or `-o` says. They come first, since OpenSSH
 * keeps the first value that it sees.
 */
const SAFETY_OPTIONS: readonly string[] = [
  'ControlPersist=no', // a persisted master would outlive us and hold our pipes
  'RemoteCommand=none', // "Cannot execute command-line and remote command."
  'RequestTTY=no',
  'ClearAllForwardings=yes', // the user's LocalForward would clash with a login of their own
  'PermitLocalCommand=no',
  'ForwardAgent=no',
  'ForwardX11=no',
  'StreamLocalBindUnlink=yes', // obeyed on the master only, not on `-O forward`
];

/** Defaults of porthole's own, better than the config's for its purpose; an `-o` of the user's wins. */
const tunableOptions = (connectTimeoutMs: number): readonly string[] => [
  'ServerAliveInterval=5',
  'ServerAliveCountMax=3',
  `ConnectTimeout=${Math.max(1, Math.ceil(connectTimeoutMs / 1000))}`,
  'LogLevel=INFO', // QUIET in a config would take the reason out of every failure
];

/** ssh's own messages in English; SSH_ASKPASS gone, so that no stray dialogue opens. */
const QUIET_ENV = { LC_ALL: 'C', SSH_ASKPASS: undefined, SSH_ASKPASS_REQUIRE: 'never' } as const;

/** A destination that cannot be dialled: a dead master must be a failure, not a new login. */
const NO_HOST = 'mux.invalid';

/** ControlMaster and the agent's session in one process. */
export const masterCommand = (input: MasterCommandInput): Command => ({
  file: input.ssh,
  args: [
    ...(input.controlPath === null
      ? asOptions(['ControlMaster=no', 'ControlPath=none'])
      : ['-M', '-S', escapePercent(input.controlPath)]),
    '-T',
    ...asOptions(SAFETY_OPTIONS),
    ...asOptions(input.prompting === 'batch' ? ['BatchMode=yes'] : []),
    ...asOptions(input.overrides ?? []),
    ...targetArguments(input.target),
    ...asOptions(tunableOptions(input.connectTimeoutMs)),
    '--',
    input.target.host,
    input.remoteCommand,
  ],
  env: input.askpass === undefined ? QUIET_ENV : { ...input.askpass, LC_ALL: 'C' },
});

/** Adds a forward to a live master. Exit code 0 does not mean that the server allows it. */
export const forwardCommand = (mux: MuxInput, forward: Forward): Command =>
  controlCommand(mux, 'forward', ['-L', forwardSpec(forward)]);

/** Takes a forward away; its local socket file stays and is the caller's to unlink. */
export const cancelCommand = (mux: MuxInput, forward: Forward): Command =>
  controlCommand(mux, 'cancel', ['-L', forwardSpec(forward)]);

/** Exit code 0 when a master answers on the control socket; says nothing of the link. */
export const checkCommand = (mux: MuxInput): Command => controlCommand(mux, 'check', []);

/** Asks a master to end. */
export const exitCommand = (mux: MuxInput): Command => controlCommand(mux, 'exit', []);

/**
 * Runs a command on a live master. Never by the alias: with a dead master, or at the server's
 * MaxSessions, ssh would dial and authenticate anew in silence; ProxyCommand=false also keeps it from
 * asking DNS for the made-up name.
 */
export const execCommand = (mux: MuxInput, remoteCommand: string): Command => ({
  file: mux.ssh,
  args: [
    ...muxArguments(mux),
    ...asOptions(['ControlMaster=no', 'ProxyCommand=false']),
    '-T',
    '--',
    NO_HOST,
    remoteCommand,
  ],
  env: QUIET_ENV,
});

/** Prints what ssh's configuration comes to for a host (`ssh -G`); contacts nobody. */
export const resolveCommand = (ssh: string, target: SshTarget): Command => ({
  file: ssh,
  args: ['-G', ...targetArguments(target), '--', target.host],
  env: QUIET_ENV,
});

/** What a person types behind `ssh` to get to the same server by the same way; for hints. */
export const destinationWords = (target: SshTarget): string =>
  [...targetArguments(target), target.host].map((word) => shellQuote(singleLine(word))).join(' ');

const controlCommand = (mux: MuxInput, request: string, args: readonly string[]): Command => ({
  file: mux.ssh,
  args: [...muxArguments(mux), '-O', request, ...args, '--', NO_HOST],
  env: QUIET_ENV,
});

/** The user's config has no say in speaking to a socket. */
const muxArguments = ({ controlPath }: MuxInput): readonly string[] => [
  '-F',
  '/dev/null',
  '-S',
  escapePercent(controlPath),
];

const targetArguments = (target: SshTarget): readonly string[] => [
  ...(target.configFile === undefined ? [] : ['-F', target.configFile]),
  ...(target.port === undefined ? [] : ['-p', String(target.port)]),
  ...(target.user === undefined ? [] : ['-l', target.user]),
  ...(target.identityFiles ?? []).flatMap((file) => ['-i', file]),
  ...asOptions(target.options ?? []),
];

const asOptions = (options: readonly string[]): readonly string[] =>
  options.flatMap((option) => ['-o', option]);

const forwardSpec = ({ localSocket, remote }: Forward): string => {
  const end = remote.kind === 'socket' ? escapeField(remote.path) : `127.0.0.1:${remote.port}`;
  return `${escapeField(localSocket)}:${end}`;
};

/** ssh parts a forward at colons; a backslash takes a character as it is (misc.c, parse_fwd_field). */
const escapeField = (path: string): string => escapePercent(path).replace(/[\\:]/g, '\\$&');

/** ssh expands %-tokens in the paths of control sockets and of forwards. */
const escapePercent = (path: string): string => path.replaceAll('%', '%%');
