import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import { type ErrorCode, PortholeError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { neutralizeControls } from '../core/text.ts';
import type { Command } from './command.ts';
import { commandLine } from './command-line.ts';
import { withoutSentValue } from './debug-lines.ts';
import { endProcess } from './process-group.ts';
import { spawnDaemon } from './spawn-daemon.ts';
import { type Exit, type SpawnedProcess, spawnProcess } from './spawn-process.ts';
import { readTail, type StderrTail } from './stderr-tail.ts';

export interface StartOptions {
  /** Name of the failure when the program cannot be started; `ssh-not-found` unless told. */
  readonly startFailure?: ErrorCode;
}

export interface RunOptions extends StartOptions {
  /** Ends the program, and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Ends the program after so long; the result then says `timedOut`. */
  readonly timeoutMs?: number;
  /** All that the program gets to read; none by default. */
  readonly input?: string;
  /** What is kept of stdout, in bytes; the rest is read and dropped. 1 MiB unless told. */
  readonly maxOutputBytes?: number;
}

/** How a program ended. Every exit code is a result, never an exception. */
export interface Finished extends Exit {
  readonly stdout: string;
  /** The last 32 KiB, neutralised. */
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** A program that is running, in a session (and process group) of its own. */
export interface RunningProcess {
  /** Undefined where the program could not be started. */
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: StderrTail;
  /** Rejects with a PortholeError only where the program could not be started. */
  readonly exited: Promise<Exit>;
  /** SIGTERM to the whole group, SIGKILL after 5 s; resolves when nothing of it is left. */
  terminate(): Promise<void>;
}

/** The only owner of child processes. */
export interface Runner {
  /** Runs a program to its end. @throws PortholeError when it cannot be started, or on abort */
  run(command: Command, options?: RunOptions): Promise<Finished>;
  /** Starts a program whose streams the caller holds. */
  start(command: Command, options?: StartOptions): RunningProcess;
  /**
   * Starts a program that outlives this one: in a session of its own, without our stdio, in the root
   * directory. Resolves with what it wrote to descriptor 3 before it closed that, or ended.
   *
   * @throws PortholeError when it cannot be started, or on abort; then it is ended
   */
  leaveRunning(command: Command, options: { readonly signal: AbortSignal }): Promise<string>;
  /** Ends everything that still runs, but for what was left running. */
  stopAll(): Promise<void>;
}

export interface RunnerInput {
  readonly logger: Logger;
  readonly clock: Clock;
  /** The environment that every program gets; a command's own comes on top. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
}

const DEFAULT_MAX_OUTPUT_BYTES = 1024 * 1024;

export const createRunner = (input: RunnerInput): Runner => {
  const { logger, clock } = input;
  const running = new Set<RunningProcess>();

  const start: Runner['start'] = (command, { startFailure = 'ssh-not-found' } = {}) => {
    const spawned = spawnProcess({ command, baseEnv: input.baseEnv, clock });
    logger.debug(`[${spawned.pid ?? '-'}] ${commandLine(command)}`);
    const stderr = readTail(spawned.stderr);
    stderr.onLine((line) => logger.debug(`[${spawned.pid}] ${withoutSentValue(line)}`));
    const one = {
      pid: spawned.pid,
      stdin: spawned.stdin,
      stdout: spawned.stdout,
      stderr,
      exited: spawned.ended.catch((cause) => {
        throw cannotStart({ command, code: startFailure, cause });
      }),
      terminate: terminateOnce(spawned, clock),
    };
    running.add(one);
    void spawned.swept.then(() => running.delete(one));
    one.exited.then(
      ({ exitCode, signal }) => logger.debug(`[${spawned.pid}] ended: ${signal ?? exitCode}`),
      (error: PortholeError) => logger.debug(error.message),
    );
    return one;
  };

  const run: Runner['run'] = async (command, options = {}) => {
    const { signal, timeoutMs, maxOutputBytes = DEFAULT_MAX_OUTPUT_BYTES } = options;
    if (signal?.aborted) throw aborted(signal, command);
    const child = start(command, options);
    const stdout = collect(child.stdout, maxOutputBytes);
    child.stdin.end(options.input ?? '');

    const timeout =
      timeoutMs === undefined ? undefined : clock.timeout(timeoutMs, () => 'timed out');
    const end = () => void child.terminate();
    signal?.addEventListener('abort', end, { once: true });
    timeout?.signal.addEventListener('abort', end, { once: true });
    try {
      const exit = await child.exited;
      if (signal?.aborted) throw aborted(signal, command);
      const timedOut = timeout?.signal.aborted ?? false;
      return { ...exit, stdout: stdout(), stderr: child.stderr.text(), timedOut };
    } finally {
      timeout?.cancel();
      signal?.removeEventListener('abort', end);
    }
  };

  return {
    run,
    start,
    leaveRunning: async (command, { signal }) => {
      logger.debug(`[detached] ${commandLine(command)}`);
      const daemon = spawnDaemon({ command, baseEnv: input.baseEnv });
      signal.addEventListener('abort', daemon.end, { once: true });
      try {
        const said = await daemon.said;
        if (signal.aborted) throw aborted(signal, command);
        return said;
      } catch (cause) {
        if (signal.aborted) throw aborted(signal, command);
        throw cannotStart({ command, code: 'hub-unreachable', cause });
      } finally {
        signal.removeEventListener('abort', daemon.end);
      }
    },
    stopAll: async () => {
      await Promise.all([...running].map((one) => one.terminate()));
    },
  };
};

const terminateOnce = (spawned: SpawnedProcess, clock: Clock): (() => Promise<void>) => {
  let ending: Promise<void> | undefined;
  return () => {
    ending ??= endProcess(spawned, clock).then(() => spawned.swept);
    return ending;
  };
};

const collect = (stream: Readable, maxBytes: number): (() => string) => {
  const chunks: Buffer[] = [];
  let left = maxBytes;
  stream.on('data', (chunk: Buffer) => {
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
};

const aborted = (signal: AbortSignal, { file }: Command): PortholeError =>
  signal.reason instanceof PortholeError
    ? signal.reason
    : new PortholeError({
        code: 'interrupted',
        message: `Interrupted while ${file} was running.`,
        cause: signal.reason,
      });

const cannotStart = (failure: {
  command: Command;
  code: ErrorCode;
  cause: unknown;
}): PortholeError => {
  const { command, code, cause } = failure;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PortholeError({
    code,
    message: `Cannot start ${command.file}: ${neutralizeControls(reason)}`,
    hint: 'Check that the program is there and may be executed.',
    cause,
  });
};
