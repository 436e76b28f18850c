import type { Clock } from '../../src/core/clock.ts';

/** A clock that tests hold in their hands. */
export interface FakeClock extends Clock {
  /** Lets time pass; whatever is due happens, in order. */
  advance(ms: number): void;
  /** The machine sleeps: the wall clock goes on alone. */
  sleepMachine(ms: number): void;
}

export const createFakeClock = (): FakeClock => {
  let now = 0;
  let sleptMs = 0;
  const due = new Set<{ atMs: number; run: () => void }>();

  const after = (ms: number, run: () => void) => {
    const timer = { atMs: now + ms, run };
    due.add(timer);
    return () => due.delete(timer);
  };

  return {
    wallMs: () => now + sleptMs,
    monotonicMs: () => now,
    sleep: (ms, { signal } = {}) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const abort = () => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = after(ms, () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
        signal?.addEventListener('abort', abort, { once: true });
      }),
    every: (ms, callback) => {
      let cancel: () => void = () => {};
      const next = () => {
        cancel = after(ms, () => {
          callback();
          next();
        });
      };
      next();
      return () => cancel();
    },
    timeout: (ms, reason) => {
      const controller = new AbortController();
      const cancel = after(ms, () => controller.abort(reason()));
      return { signal: controller.signal, cancel };
    },
    sleepMachine: (ms) => {
      sleptMs += ms;
    },
    advance: (ms) => {
      const end = now + ms;
      for (;;) {
        const [next] = [...due].filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        due.delete(next);
        now = next.atMs;
        next.run();
      }
      now = end;
    },
  };
};
