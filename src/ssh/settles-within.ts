import type { Clock } from '../core/clock.ts';

/**
 * Waits for `promise`, but no longer than `limitMs`: `settled` once it is resolved or rejected,
 * `late` when the time is over first. Never rejects and leaves no timer behind.
 */
export const settlesWithin = async (
  promise: Promise<unknown>,
  limitMs: number,
  clock: Clock,
): Promise<'settled' | 'late'> => {
  const timer = new AbortController();
  const settled = promise.then(
    () => 'settled' as const,
    () => 'settled' as const,
  );
  const late = clock.sleep(limitMs, { signal: timer.signal }).then(
    () => 'late' as const,
    () => 'settled' as const, // aborted below: the promise was first
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    timer.abort();
  }
};
