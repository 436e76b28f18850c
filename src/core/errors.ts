/**
 * Every failure that a user can meet, with the exit code that scripts see.
 * The README's troubleshooting section is ordered by these codes.
 */
const EXIT_CODES = {
  internal: 1,

  usage: 2,
  'invalid-host': 2,
  'ssh-not-found': 2,
  'ssh-config-invalid': 2,
  'path-too-long': 2,
  'settings-invalid': 2,
  'port-taken': 2,
  'session-unknown': 2,
  'session-ambiguous': 2,
  'hub-unreachable': 2,
  'hub-version': 2,
  'viewer-file': 2,

  'host-unresolvable': 3,
  'connection-refused': 3,
  'connection-timeout': 3,
  'network-unreachable': 3,
  'connection-closed': 3,
  'jump-host-failed': 3,
  'login-shell': 3,
  'protocol-error': 3,

  'auth-failed': 4,
  'auth-needs-terminal': 4,

  'host-key-unknown': 5,
  'host-key-changed': 5,
  'host-key-refused': 5,

  'python-not-found': 6,
  'environment-missing': 6,
  'environment-ambiguous': 6,
  'environment-broken': 6,
  'viewer-unknown': 6,
  'viewer-missing': 6,
  'viewer-too-old': 6,
  'consent-needed': 6,
  'adopt-refused': 6,
  'storage-missing': 6,
  'storage-unreadable': 6,

  'runtime-directory': 7,
  'viewer-exited': 7,
  'viewer-timeout': 7,
  'viewer-unhealthy': 7,

  'forward-refused': 8,

  interrupted: 130,
} as const;

/** Name of a failure; stable, scripts match on it. */
export type ErrorCode = keyof typeof EXIT_CODES;

export interface PortholeErrorOptions {
  readonly code: ErrorCode;
  /** The fact, in one line, without the next step. */
  readonly message: string;
  /** The next step: what the user can do about it. */
  readonly hint?: string;
  /** Output of ssh or of the viewer behind the failure; already neutralised and capped. */
  readonly output?: string;
  readonly cause?: unknown;
}

/** A failure with a name, a fact and a next step. Anything else that is thrown is a bug in porthole. */
export class PortholeError extends Error {
  override readonly name = 'PortholeError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly output: string | undefined;

  constructor(options: PortholeErrorOptions) {
    super(options.message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = options.code;
    this.hint = options.hint;
    this.output = options.output;
  }
}

/** Exit code of the process for a failure of this name. */
export const exitCodeOf = (code: ErrorCode): number => EXIT_CODES[code];

/** The same failure with another hint or output. */
export const amendError = (
  error: PortholeError,
  changes: Partial<Pick<PortholeErrorOptions, 'hint' | 'output'>>,
): PortholeError => {
  const { code, message, hint, output } = error;
  return new PortholeError({
    ...{ code, message, cause: error },
    ...(hint === undefined ? {} : { hint }),
    ...(output === undefined ? {} : { output }),
    ...changes,
  });
};

/** Whether something thrown is the failure of this name. */
export const isFailure = (thrown: unknown, code: ErrorCode): thrown is PortholeError =>
  thrown instanceof PortholeError && thrown.code === code;

/** All names, for schemas and for the test that holds the README against them. */
export const ERROR_CODES = Object.keys(EXIT_CODES) as [ErrorCode, ...ErrorCode[]];

/** Turns whatever was thrown into a PortholeError; what is not one already becomes `internal`. */
export const toPortholeError = (thrown: unknown): PortholeError => {
  if (thrown instanceof PortholeError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PortholeError({
    code: 'internal',
    message: `Unexpected failure in porthole: ${message}`,
    hint: 'This is a bug; please report it with the output of the same command under -v.',
    cause: thrown,
  });
};
