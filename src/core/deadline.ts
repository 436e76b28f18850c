import type { Clock } from './clock.ts';

/** A time limit that stands still while a person is asked. */
export interface Deadline {
  /** Aborts with the deadline's reason when the time is used up. */
  readonly signal: AbortSignal;
  /** Runs `work` with the clock of this deadline stopped. */
  pauseDuring<T>(work: () => Promise<T>): Promise<T>;
  /** Ends the deadline; it never aborts after that. */
  cancel(): void;
}

/** A deadline of `ms` from now; `reason` makes what the signal aborts with. */
export const createDeadline = (clock: Clock, ms: number, reason: () => unknown): Deadline => {
  const controller = new AbortController();
  let leftMs = ms;
  let pauses = 0;
  let running: { startedMs: number; cancel: () => void } | undefined;

  const resume = () => {
    const timer = clock.timeout(leftMs, reason);
    timer.signal.addEventListener('abort', () => controller.abort(timer.signal.reason));
    running = { startedMs: clock.monotonicMs(), cancel: timer.cancel };
  };
  const pause = () => {
    if (running === undefined) return;
    running.cancel();
    leftMs = Math.max(0, leftMs - (clock.monotonicMs() - running.startedMs));
    running = undefined;
  };

  resume();
  return {
    signal: controller.signal,
    pauseDuring: async (work) => {
      if (pauses++ === 0) pause();
      try {
        return await work();
      } finally {
        if (--pauses === 0 && leftMs >= 0 && !controller.signal.aborted) resume();
      }
    },
    cancel: () => {
      pause();
      leftMs = -1;
    },
  };
};
