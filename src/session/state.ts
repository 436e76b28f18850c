import { type ErrorCode, PortholeError } from '../core/errors.ts';
import type { TunnelWay } from '../remote/tunnels.ts';

/** What a session that lost its link is doing about it. */
export type ReconnectPhase = 'waiting' | 'connecting' | 'needs-authentication';

/**
 * What a session is doing now; volatile, owned by the session alone.
 *
 * connecting -> probing -> choosing -> launching -> forwarding -> ready <-> reconnecting
 *            -> stopping -> stopped | failed      (a known choice goes from connecting to launching)
 */
export type SessionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'probing' }
  | { readonly kind: 'choosing' }
  | { readonly kind: 'launching' }
  | { readonly kind: 'forwarding' }
  | {
      readonly kind: 'ready';
      /** How the viewer is reached. */
      readonly way: TunnelWay;
      /** What the user should know of how it came back; only where there is something. */
      readonly note?: string;
    }
  | {
      readonly kind: 'reconnecting';
      readonly phase: ReconnectPhase;
      /** Why the link is taken for lost, or why the last attempt failed. */
      readonly reason: string;
      /** Name of the failure behind the reason; none where the viewer or its tunnel has ended. */
      readonly code?: ErrorCode;
      /** Attempts made since the loss. */
      readonly attempt: number;
    }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: PortholeError };

/** What happened to a session. */
export type SessionEvent =
  | { readonly kind: 'probe' }
  | { readonly kind: 'choose' }
  | { readonly kind: 'launch' }
  | { readonly kind: 'forward' }
  | { readonly kind: 'answered'; readonly way: TunnelWay; readonly note?: string }
  | { readonly kind: 'link-lost'; readonly reason: string; readonly code?: ErrorCode }
  | { readonly kind: 'attempt' }
  | { readonly kind: 'attempt-failed'; readonly reason: string; readonly code?: ErrorCode }
  | { readonly kind: 'person-needed'; readonly reason: string; readonly code?: ErrorCode }
  | { readonly kind: 'stop' }
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'fail'; readonly error: PortholeError };

/** Where an opening session may go on to at each step. */
const OPENING_STEPS = {
  probe: { from: ['connecting', 'launching'], to: 'probing' },
  choose: { from: ['probing'], to: 'choosing' },
  // From connecting: a remembered choice needs no probe.
  launch: { from: ['connecting', 'choosing'], to: 'launching' },
  forward: { from: ['launching'], to: 'forwarding' },
} as const;

/** An ended session changes no more. */
export const isEnded = (state: SessionState): boolean =>
  state.kind === 'stopped' || state.kind === 'failed';

/**
 * The state after an event. Pure; what it does not allow is a bug of the caller.
 *
 * @throws PortholeError `internal` for an event that cannot happen in this state
 */
export const transition = (state: SessionState, event: SessionEvent): SessionState => {
  if (isEnded(state)) throw impossible(state, event);
  switch (event.kind) {
    case 'probe':
    case 'choose':
    case 'launch':
    case 'forward': {
      const step = OPENING_STEPS[event.kind];
      if ((step.from as readonly string[]).includes(state.kind)) return { kind: step.to };
      throw impossible(state, event);
    }
    case 'answered':
      if (state.kind !== 'forwarding' && state.kind !== 'reconnecting') {
        throw impossible(state, event);
      }
      return {
        kind: 'ready',
        way: event.way,
        ...(event.note === undefined ? {} : { note: event.note }),
      };
    case 'link-lost':
      if (state.kind !== 'ready' && state.kind !== 'forwarding') throw impossible(state, event);
      return reconnecting({ phase: 'waiting', attempt: 0, because: event });
    case 'attempt':
      if (state.kind !== 'reconnecting') throw impossible(state, event);
      return { ...state, phase: 'connecting', attempt: state.attempt + 1 };
    case 'attempt-failed':
      if (state.kind !== 'reconnecting') throw impossible(state, event);
      return reconnecting({ phase: 'waiting', attempt: state.attempt, because: event });
    case 'person-needed':
      if (state.kind !== 'reconnecting') throw impossible(state, event);
      return reconnecting({
        phase: 'needs-authentication',
        attempt: state.attempt,
        because: event,
      });
    case 'stop':
      return { kind: 'stopping' };
    case 'stopped':
      return { kind: 'stopped', reason: event.reason };
    case 'fail':
      return { kind: 'failed', error: event.error };
    default:
      return event satisfies never;
  }
};

const reconnecting = (now: {
  readonly phase: ReconnectPhase;
  readonly attempt: number;
  readonly because: { readonly reason: string; readonly code?: ErrorCode };
}): SessionState => {
  const { phase, attempt, because } = now;
  const code = because.code === undefined ? {} : { code: because.code };
  return { kind: 'reconnecting', phase, attempt, reason: because.reason, ...code };
};

const impossible = (state: SessionState, event: SessionEvent): PortholeError =>
  new PortholeError({
    code: 'internal',
    message: `A session in state "${state.kind}" cannot take the event "${event.kind}".`,
  });
