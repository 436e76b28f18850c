import type { Cleanup } from '../core/cleanup.ts';
import { createDeferred } from '../core/deferred.ts';
import { toPortholeError } from '../core/errors.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Traffic } from './gateway/traffic.ts';
import type { LiveEnd } from './live-end.ts';
import type { OpenRequest } from './open-request.ts';
import type { SessionContext } from './open-session.ts';
import { reconnect } from './reconnect.ts';
import type { SessionRecord } from './record.ts';
import { createRestartLog } from './restarts.ts';
import { createRetryRequests, type RetryRequests } from './retry-requests.ts';
import { type FollowLog, logElsewhere, notConnected, readSessionLog } from './session-log.ts';
import { isEnded, type SessionState } from './state.ts';
import type { StateHolder } from './state-holder.ts';
import { watchLink } from './watch-link.ts';

/** One viewer on one host, open on this machine. */
export interface Session {
  readonly record: SessionRecord;
  state(): SessionState;
  /** Resolves with the last state, when nothing of the session is left here. */
  readonly ended: Promise<SessionState>;
  /** Round trip of the last ping, milliseconds; undefined before the first. */
  latencyMs(): number | undefined;
  /** What went through its gateway so far. */
  traffic(): Traffic;
  /** Calls back after each ping, when latency and traffic are worth another look. */
  onMeasured(listener: () => void): void;
  /** An address that lets a browser in once; see `Gateway.ticketUrl`. */
  ticketUrl(): string;
  /** The end of the viewer's log; with `follow`, calls back with what comes after it until aborted. */
  log(lines: number, follow?: FollowLog): Promise<string>;
  /** "Retry now" while it is reconnecting. */
  readonly retry: RetryRequests['ask'];
  /** Ends viewer, tunnel and gateway; resolves when they are gone. */
  stop(reason: string): Promise<void>;
}

export interface SessionInput {
  readonly record: SessionRecord;
  readonly request: OpenRequest;
  readonly context: SessionContext;
  readonly state: StateHolder;
  readonly gateway: Gateway;
  readonly end: LiveEnd;
  /** Undoes all that opening has made. */
  readonly cleanup: Cleanup;
}

/** Takes over a session that has just become ready: keeps it alive until it is stopped or fails. */
export const createSession = (input: SessionInput): Session => {
  const { record, context, state, cleanup, end } = input;
  const ended = createDeferred<SessionState>();
  const stopping = new AbortController();
  const retries = createRetryRequests();
  const restarts = createRestartLog();
  const measureListeners = new Set<() => void>();
  let latencyMs: number | undefined;

  const finish = async (conclude: () => void) => {
    stopping.abort();
    await cleanup.run();
    conclude();
    ended.resolve(state.current());
  };

  const keepAlive = async () => {
    for (;;) {
      if (end.link === undefined) throw notConnected();
      const over = await watchLink({
        share: end.share,
        gateway: input.gateway,
        socketPath: end.link.socketPath,
        plan: record.plan,
        id: end.id,
        graceS: input.request.graceS,
        clock: context.clock,
        signal: stopping.signal,
        onLatency: (ms) => {
          latencyMs = ms;
          for (const tell of measureListeners) tell();
        },
      });
      if (over.kind === 'cancelled') return;
      await reconnect({ ...input, loss: over, restarts, retries, signal: stopping.signal });
    }
  };

  void keepAlive().catch(async (thrown: unknown) => {
    if (stopping.signal.aborted) return;
    const error = toPortholeError(thrown);
    state.apply({ kind: 'fail', error });
    await finish(() => undefined);
  });

  return {
    record,
    state: state.current,
    ended: ended.promise,
    latencyMs: () => latencyMs,
    traffic: () => input.gateway.traffic,
    onMeasured: (listener) => {
      measureListeners.add(listener);
    },
    retry: retries.ask,
    ticketUrl: input.gateway.ticketUrl,
    log: async (lines, follow) => {
      if (record.plan.kind === 'adopt') throw logElsewhere(record.plan);
      if (end.link === undefined) throw notConnected();
      return readSessionLog(end, lines, follow);
    },
    stop: async (reason) => {
      const { kind } = state.current();
      if (kind !== 'stopping' && !isEnded(state.current())) {
        state.apply({ kind: 'stop' });
        await finish(() => state.apply({ kind: 'stopped', reason }));
      }
      await ended.promise;
    },
  };
};
