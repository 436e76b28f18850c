/**
 * What is known of a link, told from nothing but when something last came over it. Any byte from the
 * host is life; an answer that does not come only makes the link suspect, and a second one that does
 * not come either makes it lost. All times are monotonic milliseconds.
 */
export type LinkHealth =
  /** Something came lately, or nothing was due. */
  | { readonly kind: 'trusted' }
  /** It was silent for too long and has been asked. */
  | { readonly kind: 'tested'; readonly askedMs: number }
  /** It has missed an answer and has been asked again. */
  | { readonly kind: 'suspect'; readonly askedMs: number }
  | { readonly kind: 'lost'; readonly silentMs: number };

/** How much depends on the link at this moment. */
export type LinkUse =
  /** Nobody waits for anything. */
  | 'idle'
  /** A request at the gateway waits for its answer. */
  | 'waiting'
  /** This machine has slept, or stood still: whatever was known is out of date. */
  | 'woken';

export interface LinkObservation {
  readonly nowMs: number;
  /** When the last byte came from the host, by whatever way. */
  readonly heardMs: number;
  readonly use: LinkUse;
  /** Bytes sent since then, which what we ask queues up behind. */
  readonly sentBytes: number;
  /** Round trip of the last answer; undefined before the first. */
  readonly latencyMs: number | undefined;
}

export interface LinkVerdict {
  readonly health: LinkHealth;
  /** Whether the agent is to be asked now. */
  readonly action: 'ask' | 'none';
}

/** How long silence is nothing, and how long each of the two answers may take. */
const PATIENCE: Readonly<
  Record<LinkUse, { readonly silenceMs: number; readonly answerMs: number }>
> = {
  idle: { silenceMs: 8000, answerMs: 4000 },
  waiting: { silenceMs: 1000, answerMs: 1500 },
  woken: { silenceMs: 0, answerMs: 1500 },
};

/** A link that is slow today may be as slow as this again, and more. */
const LATENCY_FACTOR = 3;
const MAX_FOR_LATENCY_MS = 5000;
/** 128 kbit/s: what was sent before may take so long until our question gets its turn. */
const SLOWEST_BYTES_PER_MS = 16;

/** What is known of a link after another look at it. Pure. */
export const judgeLink = (health: LinkHealth, seen: LinkObservation): LinkVerdict => {
  const { nowMs, heardMs, use } = seen;
  const silentMs = nowMs - heardMs;
  switch (health.kind) {
    case 'lost':
      return { health, action: 'none' };
    case 'trusted':
      return silentMs >= PATIENCE[use].silenceMs
        ? { health: { kind: 'tested', askedMs: nowMs }, action: 'ask' }
        : { health, action: 'none' };
    case 'tested':
    case 'suspect': {
      if (heardMs > health.askedMs) return { health: { kind: 'trusted' }, action: 'none' };
      if (nowMs - health.askedMs < answerLimitMs(seen)) return { health, action: 'none' };
      return health.kind === 'tested'
        ? { health: { kind: 'suspect', askedMs: nowMs }, action: 'ask' }
        : { health: { kind: 'lost', silentMs }, action: 'none' };
    }
    default:
      return health satisfies never;
  }
};

const answerLimitMs = ({ use, latencyMs = 0, sentBytes }: LinkObservation): number =>
  Math.max(PATIENCE[use].answerMs, Math.min(LATENCY_FACTOR * latencyMs, MAX_FOR_LATENCY_MS)) +
  sentBytes / SLOWEST_BYTES_PER_MS;
