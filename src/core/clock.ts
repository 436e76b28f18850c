import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** All that porthole knows of time comes through here, so that tests can hold it in their hands. */
export interface Clock {
  /** Milliseconds since the epoch; for records and people. */
  wallMs(): number;
  /** Monotonic milliseconds; for durations and time-outs. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. Does not keep the process alive when `unref`. */
  sleep(ms: number, options?: { signal?: AbortSignal; ref?: 'ref' | 'unref' }): Promise<void>;
  /** Calls back every `ms` until the returned function is called; never keeps the process alive. */
  every(ms: number, callback: () => void): () => void;
  /** A signal that aborts after `ms` with `reason`; `cancel` stops its timer. */
  timeout(ms: number, reason: () => unknown): { signal: AbortSignal; cancel: () => void };
}

/** The machine's own clock. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, { signal, ref = 'ref' } = {}) => {
    try {
      await delay(ms, undefined, { ref: ref === 'ref', ...(signal ? { signal } : {}) });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
  every: (ms, callback) => {
    const timer = setInterval(callback, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  timeout: (ms, reason) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(reason()), ms);
    timer.unref();
    return { signal: controller.signal, cancel: () => clearTimeout(timer) };
  },
};
