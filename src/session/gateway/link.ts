import type { Clock } from '../../core/clock.ts';
import { createDeferred } from '../../core/deferred.ts';
import type { ReconnectPhase } from '../state.ts';

/** What the gateway needs to know of its session; the session tells it by `setState`. */
export type GatewayState =
  | {
      readonly kind: 'starting';
      /** What is being done, for the page: "Starting Runicorn". */
      readonly step: string;
      /** Once the forward stands: only `check` goes there yet. */
      readonly socketPath?: string;
    }
  | { readonly kind: 'ready'; readonly socketPath: string }
  | {
      readonly kind: 'reconnecting';
      readonly phase: ReconnectPhase;
      readonly reason: string;
      /** When the link was lost, milliseconds since the epoch. */
      readonly sinceMs: number;
      /** As in `starting`. */
      readonly socketPath?: string;
    }
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly message: string; readonly hint?: string };

/** The gateway's own copy of its session's state, and those who wait for it to change. */
export interface Link {
  readonly state: GatewayState;
  /** Counts the changes, so that a page knows whether it is of an earlier state. */
  readonly version: number;
  set(state: GatewayState): void;
  /** Calls back after each change until the returned function is called. */
  subscribe(listener: () => void): () => void;
  /**
   * The state as soon as waiting for it makes no more sense (ready, ended, or a person is needed),
   * or whatever it is after `holdMs` or when the signal is aborted.
   */
  settled(wait: { holdMs: number; signal: AbortSignal }): Promise<GatewayState>;
}

export const createLink = (clock: Clock, initial: GatewayState): Link => {
  let state = initial;
  let version = 0;
  const listeners = new Set<() => void>();

  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  const waitUntilSettled = async (holdMs: number, signal: AbortSignal) => {
    const done = createDeferred<void>();
    const finish = () => done.resolve();
    const timer = clock.timeout(holdMs, () => undefined);
    timer.signal.addEventListener('abort', finish, { once: true });
    signal.addEventListener('abort', finish, { once: true });
    const unsubscribe = subscribe(() => isTransient(state) || finish());
    await done.promise;
    unsubscribe();
    timer.cancel();
    signal.removeEventListener('abort', finish);
  };

  return {
    get state() {
      return state;
    },
    get version() {
      return version;
    },
    set: (next) => {
      state = next;
      version += 1;
      for (const listener of [...listeners]) listener();
    },
    subscribe,
    settled: async ({ holdMs, signal }) => {
      if (isTransient(state) && holdMs > 0 && !signal.aborted) {
        await waitUntilSettled(holdMs, signal);
      }
      return state;
    },
  };
};

/** Whether the state is likely to become `ready` without anyone doing anything. */
const isTransient = (state: GatewayState): boolean =>
  state.kind === 'starting' ||
  (state.kind === 'reconnecting' && state.phase !== 'needs-authentication');
