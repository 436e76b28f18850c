export interface AskpassEnvInput {
  /** The executable that runs the askpass mode; ssh takes a path, not a command line. */
  readonly program: string;
  /** The broker's socket. */
  readonly socketPath: string;
  /** Of this connection attempt only. */
  readonly secret: string;
  /** DISPLAY of the user, where there is one. */
  readonly display?: string | undefined;
}

/** Where the askpass mode finds its broker. */
export const ASKPASS_SOCKET_VARIABLE = 'PORTHOLE_ASKPASS';

/** What tells the broker which connection attempt asks. */
export const ASKPASS_SECRET_VARIABLE = 'PORTHOLE_ASKPASS_SECRET';

/**
 * The environment that makes ssh ask porthole, never a terminal or a desktop's dialogue.
 * SSH_ASKPASS_REQUIRE is known from OpenSSH 8.4; before, ssh asks SSH_ASKPASS where there is no
 * terminal and DISPLAY is set, to anything.
 */
export const askpassEnv = (input: AskpassEnvInput): Readonly<Record<string, string>> => ({
  SSH_ASKPASS: input.program,
  SSH_ASKPASS_REQUIRE: 'force',
  DISPLAY: input.display || ':0',
  [ASKPASS_SOCKET_VARIABLE]: input.socketPath,
  [ASKPASS_SECRET_VARIABLE]: input.secret,
});
