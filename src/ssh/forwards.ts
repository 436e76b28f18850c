import { rm } from 'node:fs/promises';
import type { Clock } from '../core/clock.ts';
import { createDeferred } from '../core/deferred.ts';
import { PortholeError } from '../core/errors.ts';
import { cancelCommand, type Forward, forwardCommand, type MuxInput } from './argv.ts';
import type { Runner } from './runner.ts';
import { settlesWithin } from './settles-within.ts';
import type { StderrTail } from './stderr-tail.ts';

/** A live master, as far as its forwards need it. */
export interface ForwardsInput extends MuxInput {
  readonly runner: Runner;
  readonly clock: Clock;
  readonly host: string;
  /** The master's own: the reason of a refusal is said there, not to the one who asked. */
  readonly masterStderr: StderrTail;
}

export interface Forwards {
  /** @throws PortholeError `forward-refused` when the master cannot bind or is gone; what the server forbids shows only on use */
  add(forward: Forward, signal?: AbortSignal): Promise<void>;
  /** Ends a forward and removes its local socket; of a master that is gone, only the socket. Never fails. */
  cancel(forward: Forward): Promise<void>;
}

/** A request to the master's socket needs no network: about 10 ms. */
const CONTROL_TIMEOUT_MS = 5000;

/** The two texts come over two pipes; this is for the slower one. */
const REASON_LIMIT_MS = 250;

/** Adds forwards to a live master and takes them away. */
export const createForwards = (input: ForwardsInput): Forwards => {
  const { runner } = input;
  return {
    add: async (forward, signal) => {
      const reason = listenForReason(input.masterStderr);
      try {
        const asked = await runner.run(forwardCommand(input, forward), {
          timeoutMs: CONTROL_TIMEOUT_MS,
          ...(signal ? { signal } : {}),
        });
        if (asked.exitCode === 0) return;
        await settlesWithin(reason.heard, REASON_LIMIT_MS, input.clock);
        const output = [...reason.lines, asked.stderr.trim()].join('\n');
        throw refused({ host: input.host, reason: reason.lines[0], output });
      } finally {
        reason.stop();
      }
    },
    cancel: async (forward) => {
      // The master may be gone, and its forwards with it; the file is left in either case.
      await runner
        .run(cancelCommand(input, forward), { timeoutMs: CONTROL_TIMEOUT_MS })
        .catch(() => undefined);
      await rm(forward.localSocket, { force: true });
    },
  };
};

/** Of an ssh that runs without a control socket. */
export const noForwards = (host: string): Forwards => ({
  add: async () => {
    throw refused({ host, reason: 'ssh runs without multiplexing', output: '' });
  },
  cancel: async ({ localSocket }) => rm(localSocket, { force: true }),
});

const listenForReason = (stderr: StderrTail) => {
  const lines: string[] = [];
  const heard = createDeferred<void>();
  const stop = stderr.onLine((line) => {
    lines.push(line);
    heard.resolve();
  });
  return { lines, heard: heard.promise, stop };
};

const refused = (failure: {
  host: string;
  reason: string | undefined;
  output: string;
}): PortholeError =>
  new PortholeError({
    code: 'forward-refused',
    message: `Cannot forward to ${failure.host}: ${failure.reason ?? 'the connection is gone'}.`,
    hint: 'Open it again; -v shows every ssh command.',
    output: failure.output,
  });
