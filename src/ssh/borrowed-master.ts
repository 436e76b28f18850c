import { lstat } from 'node:fs/promises';
import type { Clock } from '../core/clock.ts';
import { PortholeError } from '../core/errors.ts';
import { checkCommand, destinationWords, execCommand, type MuxInput } from './argv.ts';
import type { ConnectionPhase } from './failure.ts';
import { connectionError } from './failures.ts';
import { createForwards } from './forwards.ts';
import { lendForwards } from './lent-forwards.ts';
import type { Master, MasterEnd } from './master.ts';
import type { Runner } from './runner.ts';
import { settlesWithin } from './settles-within.ts';
import type { Exit } from './spawn-process.ts';
import type { SshTarget } from './target.ts';

/** A master that answers does so at once; one that hangs must not hold up an open. */
const CHECK_TIMEOUT_MS = 1000;

/** One round trip, on the slowest link that anybody works over. */
const SESSION_TIMEOUT_MS = 3000;

/**
 * Whether a master of the user's own lives at this path and has a session to give. A master says "running"
 * on a frozen link as well, and may be at the server's MaxSessions: only a session that runs tells.
 */
export const isMasterLive = async (runner: Runner, mux: MuxInput): Promise<boolean> => {
  const found = await lstat(mux.controlPath).catch(() => undefined);
  if (found?.isSocket() !== true) return false;
  const check = await runner.run(checkCommand(mux), { timeoutMs: CHECK_TIMEOUT_MS });
  if (check.exitCode !== 0) return false;
  const session = await runner.run(execCommand(mux, 'exec true'), {
    timeoutMs: SESSION_TIMEOUT_MS,
  });
  return session.exitCode !== null && session.exitCode !== SSH_FAILED;
};

/** Exit code of ssh for failures of its own. */
const SSH_FAILED = 255;

export interface BorrowMasterInput extends MuxInput {
  readonly runner: Runner;
  readonly clock: Clock;
  readonly target: SshTarget;
  readonly remoteCommand: string;
  /** A file of this connection's own, for what must be taken back from the master should we be killed. */
  readonly recordPath: string;
}

/** The session ends with its stdin; the answer takes one round trip. */
const POLITE_CLOSE_MS = 500;

/**
 * A session on a master of the user's own, in the place of a master of ours: nothing is asked again. The
 * master is left as it was; its forwards are taken back one by one.
 */
export const borrowMaster = (input: BorrowMasterInput): Master => {
  const { runner, clock, target, remoteCommand, recordPath } = input;
  const child = runner.start(execCommand(input, remoteCommand));
  let phase: ConnectionPhase = 'connect';
  let closing: Promise<void> | undefined;

  const failureOf = (exit: Exit): PortholeError => {
    const { host } = target;
    const stderr = child.stderr.text();
    if (exit.exitCode === SSH_FAILED) return masterEnded(host, stderr);
    return connectionError({ ...exit, host, destination: destinationWords(target), stderr, phase });
  };
  const exited = child.exited.then<MasterEnd, MasterEnd>(
    (exit) =>
      closing === undefined ? { kind: 'failed', error: failureOf(exit) } : { kind: 'closed' },
    (error: PortholeError) => ({ kind: 'failed', error }),
  );
  const forwards = lendForwards({
    forwards: createForwards({ ...input, host: target.host, masterStderr: child.stderr }),
    controlPath: input.controlPath,
    recordPath,
  });

  return {
    pid: child.pid,
    stdin: child.stdin,
    stdout: child.stdout,
    exited,
    isLoggedIn: () => Promise.resolve(true),
    markOpen: () => {
      phase = 'open';
    },
    stderrTail: child.stderr.text,
    addForward: forwards.add,
    cancelForward: forwards.cancel,
    endLogin: child.terminate,
    close: () => {
      closing ??= (async () => {
        child.stdin.end();
        await settlesWithin(child.exited, POLITE_CLOSE_MS, clock);
        await child.terminate();
        await forwards.cancelAll();
      })();
      return closing;
    },
  };
};

const masterEnded = (host: string, output: string): PortholeError =>
  new PortholeError({
    code: 'connection-closed',
    message: `Your own ssh connection to ${host}, which porthole shared, has ended.`,
    hint: 'An open session reconnects by itself; see porthole ls.',
    output,
  });
