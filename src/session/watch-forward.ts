import { request } from 'node:http';
import type { Clock } from '../core/clock.ts';

export interface WatchForwardInput {
  /** The local end of the tunnel. */
  readonly socketPath: string;
  /** What the viewer answers when it is well. */
  readonly healthPath: string;
  /** Bytes that have come from the viewer so far: an answer to somebody else is as good as one to us. */
  readonly bytesDown: () => number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Between two looks while somebody uses the viewer, and while nobody does. */
const IN_USE_MS = 5000;
const UNUSED_MS = 15_000;
/** Without an answer for so long nobody looks at it. */
const IN_USE_WINDOW_MS = 60_000;
/** A viewer that takes its time is no broken tunnel; this only ends the wait for it. */
const ANSWER_LIMIT_MS = 10_000;
/** One refusal may be a busy moment of ssh or of the viewer. */
const CONFIRM_AFTER_MS = 250;

/**
 * Asks the viewer through its tunnel, again and again. Resolves with the reason when nothing answers
 * at its other end any more, twice in a row; a link that is silent as a whole is for others to notice.
 *
 * @throws the signal's reason when aborted
 */
export const watchForward = async (input: WatchForwardInput): Promise<string> => {
  const { bytesDown, clock, signal } = input;
  let usedMs = clock.monotonicMs();
  let seen = bytesDown();
  for (;;) {
    const inUse = clock.monotonicMs() - usedMs < IN_USE_WINDOW_MS;
    await clock.sleep(inUse ? IN_USE_MS : UNUSED_MS, { signal, ref: 'unref' });
    const now = bytesDown();
    if (now !== seen) {
      seen = now;
      usedMs = clock.monotonicMs();
      continue;
    }
    if ((await askThrough(input)) === undefined) continue;
    await clock.sleep(CONFIRM_AFTER_MS, { signal, ref: 'unref' });
    const problem = await askThrough(input);
    if (problem !== undefined) return problem;
  }
};

/** Why there is no answer; undefined for one of any kind, and for one that is late. */
const askThrough = async ({
  socketPath,
  healthPath,
  clock,
  signal,
}: WatchForwardInput): Promise<string | undefined> => {
  const given = new AbortController();
  const giveUp = () => given.abort();
  const limit = clock.timeout(ANSWER_LIMIT_MS, () => undefined);
  limit.signal.addEventListener('abort', giveUp, { once: true });
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const headers = { host: 'localhost' };
    return await new Promise((resolve) => {
      request({ socketPath, path: healthPath, agent: false, headers, signal: given.signal })
        .on('response', (answer) => {
          resolve(undefined);
          answer.destroy();
        })
        .on('error', (error) => resolve(given.signal.aborted ? undefined : error.message))
        .end();
    });
  } finally {
    limit.cancel();
    signal.removeEventListener('abort', giveUp);
  }
};
