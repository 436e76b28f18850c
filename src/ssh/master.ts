import { access, rm } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import type { PortholeError } from '../core/errors.ts';
import { destinationWords, type MasterCommandInput, masterCommand } from './argv.ts';
import type { AskedPrompt } from './askpass/prompt.ts';
import { clearControlPath } from './control-socket.ts';
import type { ConnectionPhase } from './failure.ts';
import { connectionError } from './failures.ts';
import { createForwards, type Forwards, noForwards } from './forwards.ts';
import type { Runner, RunningProcess } from './runner.ts';
import { settlesWithin } from './settles-within.ts';

export interface MasterInput extends Omit<MasterCommandInput, 'askpass'> {
  readonly runner: Runner;
  readonly clock: Clock;
  /** Through which ssh asks; without it, it asks nobody. */
  readonly askpass?: {
    readonly env: Readonly<Record<string, string>>;
    asked(): readonly AskedPrompt[];
  };
  /** Told each line of its stderr as it comes. */
  readonly onLine?: (line: string) => void;
  /** Ends the start, not the master. */
  readonly signal?: AbortSignal;
}

/** How a master ended: because we closed it, or with a named failure. */
export type MasterEnd =
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly error: PortholeError };

/** One ssh process: the ControlMaster of a host, with the agent on its own session. */
export interface Master {
  readonly pid: number | undefined;
  /** To the remote command. */
  readonly stdin: Writable;
  /** From the remote command; it ends with it, also while ssh lives on for a forwarded connection. */
  readonly stdout: Readable;
  /** Never rejects. */
  readonly exited: Promise<MasterEnd>;
  /** Whether the server has accepted the login: only then ssh makes the control socket. Without one, false. */
  isLoggedIn(): Promise<boolean>;
  /** The login is done: failures from now on are those of an open connection. */
  markOpen(): void;
  /** The last 32 KiB of ssh's and the remote command's stderr, neutralised. */
  stderrTail(): string;
  readonly addForward: Forwards['add'];
  readonly cancelForward: Forwards['cancel'];
  /** Ends a login that nobody can help; how it ended is then told by what was asked. */
  endLogin(): Promise<void>;
  /** Ends it: politely where the login is done, by signal after 500 ms, and removes the control socket. */
  close(): Promise<void>;
}

/**
 * The remote command ends with its stdin, and ssh with it, but for a forwarded connection that is
 * still open; the answer takes one round trip.
 */
const POLITE_CLOSE_MS = 500;

/**
 * Starts ssh. Resolves at once: whether the login succeeds shows on `stdout` or `exited`.
 *
 * @throws PortholeError `path-too-long`
 */
export const startMaster = async (input: MasterInput): Promise<Master> => {
  const { runner, clock, askpass, controlPath } = input;
  if (controlPath !== null) {
    await clearControlPath(runner, { ssh: input.ssh, controlPath }, input.signal);
  }
  const { askpass: _, ...command } = input;
  const child = runner.start(
    masterCommand(askpass === undefined ? command : { ...command, askpass: askpass.env }),
  );
  if (input.onLine !== undefined) child.stderr.onLine(input.onLine);
  let phase: ConnectionPhase = 'connect';
  let closing: Promise<void> | undefined;

  const exited = child.exited.then<MasterEnd, MasterEnd>(
    (exit) => {
      if (closing !== undefined) return { kind: 'closed' };
      const destination = destinationWords(input.target);
      const stderr = child.stderr.text();
      const asked = askpass?.asked() ?? [];
      return {
        kind: 'failed',
        error: connectionError({ ...exit, host, destination, stderr, phase, asked }),
      };
    },
    (error: PortholeError) => ({ kind: 'failed', error }),
  );

  const { host } = input.target;
  const { add, cancel } =
    controlPath === null
      ? noForwards(host)
      : createForwards({
          ...{ runner, clock, ssh: input.ssh, controlPath, host },
          masterStderr: child.stderr,
        });

  return {
    pid: child.pid,
    stdin: child.stdin,
    stdout: child.stdout,
    exited,
    isLoggedIn: async () => controlPath !== null && (await exists(controlPath)),
    markOpen: () => {
      phase = 'open';
    },
    stderrTail: child.stderr.text,
    addForward: add,
    cancelForward: cancel,
    endLogin: child.terminate,
    close: () => {
      closing ??= end({ child, phase, clock, controlPath });
      return closing;
    },
  };
};

const end = async (input: {
  child: RunningProcess;
  phase: ConnectionPhase;
  clock: Clock;
  controlPath: string | null;
}): Promise<void> => {
  const { child, phase, clock, controlPath } = input;
  child.stdin.end();
  // Before the login is done nobody reads stdin: ssh may be waiting for a password.
  if (phase === 'open') await settlesWithin(child.exited, POLITE_CLOSE_MS, clock);
  await child.terminate();
  if (controlPath !== null) await rm(controlPath, { force: true });
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
