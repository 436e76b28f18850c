import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import { createDeferred } from '../core/deferred.ts';
import type { Command } from './command.ts';
import { sweepGroup } from './process-group.ts';
import { settlesWithin } from './settles-within.ts';

/** How a process ended: one of the two is null. */
export interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A started process with its own ends of three pipes. */
export interface SpawnedProcess {
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The process itself is gone; others may still hold its pipes. Rejects where it could not be started. */
  readonly exited: Promise<Exit>;
  /** As `exited`, and what it wrote has been read. */
  readonly ended: Promise<Exit>;
  /** Nobody is left in its process group either. Never rejects. */
  readonly swept: Promise<void>;
  /** Whether its end has been seen; that a signal was sent says nothing. */
  hasExited(): boolean;
}

export interface SpawnInput {
  readonly command: Command;
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** Time for the last output to arrive when a grandchild that left the group holds the pipes open. */
const DRAIN_LIMIT_MS = 250;

/**
 * Starts a program without a shell, on pipes of its own (nothing inherits our stdio), in a session of
 * its own: it has no terminal to prompt on, Ctrl+C does not reach it, and its group can be signalled.
 */
export const spawnProcess = (input: SpawnInput): SpawnedProcess => {
  const { command, baseEnv, clock } = input;
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn(command.file, command.args, {
      env: { ...baseEnv, ...command.env },
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    // Words that no program can be given: too long in sum, or with a null byte in them.
    return neverStarted(error);
  }
  // The program may end before it has read everything: its exit tells, not the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdout.on('error', () => undefined);

  const { pid } = child;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const swept = createDeferred<void>();
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('exit', (exitCode, signal) => {
      resolve({ exitCode, signal });
      if (pid !== undefined) void sweepGroup(pid, clock).then(swept.resolve);
    });
    child.on('error', (error) => {
      if (pid !== undefined) return;
      reject(error);
      swept.resolve();
    });
  });
  const ended = exited.then(async (exit) => {
    if ((await settlesWithin(closed, DRAIN_LIMIT_MS, clock)) === 'late') {
      child.stdout.destroy();
      child.stderr.destroy();
    }
    return exit;
  });

  return {
    pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    ended,
    swept: swept.promise,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
  };
};

const neverStarted = (error: unknown): SpawnedProcess => {
  const failed = Promise.reject(error);
  failed.catch(() => undefined);
  return {
    pid: undefined,
    stdin: new PassThrough().resume(),
    stdout: new PassThrough().end(),
    stderr: new PassThrough().end(),
    exited: failed,
    ended: failed,
    swept: Promise.resolve(),
    hasExited: () => false,
  };
};
