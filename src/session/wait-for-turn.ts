import type { ConnectionShare } from './connections.ts';
import type { Interaction } from './interaction.ts';
import type { RetryRequests } from './retry-requests.ts';
import type { SessionInput } from './session.ts';

/** Waits before the attempts, in milliseconds; the last one for ever after. */
export const BACK_OFF_MS = [0, 1000, 2000, 5000, 5000, 10_000, 10_000, 15_000, 30_000] as const;
const LAST_BACK_OFF_MS = 30_000;

/** Why the next attempt is made now. */
export type Turn =
  /** Its time has come. */
  | { readonly kind: 'due' }
  /** Somebody asked for it, and can answer ssh. */
  | { readonly kind: 'asked'; readonly interaction: Interaction }
  /** Another session has reached the server: nobody needs to dial. */
  | { readonly kind: 'joined'; readonly share: ConnectionShare };

export interface WaitInput extends SessionInput {
  readonly retries: RetryRequests;
  readonly signal: AbortSignal;
}

/**
 * Resolves when it is time for the next attempt. Where a person is needed that is never by itself.
 *
 * @throws the signal's reason when aborted
 */
export const waitForTurn = async (input: WaitInput, attempt: number): Promise<Turn> => {
  const { state, retries, context, request, signal } = input;
  const { clock, connections } = context;
  const now = state.current();
  const decided = new AbortController();
  const either = AbortSignal.any([signal, decided.signal]);
  const asked = retries.next(either).then((interaction): Turn => ({ kind: 'asked', interaction }));
  const joined = shareOfOthers(connections, request.target, either);
  const waits: Promise<Turn>[] = [asked, joined];
  if (now.kind !== 'reconnecting' || now.phase !== 'needs-authentication') {
    const pauseMs = BACK_OFF_MS[attempt] ?? LAST_BACK_OFF_MS;
    waits.push(clock.sleep(pauseMs, { signal: either }).then((): Turn => ({ kind: 'due' })));
  }
  // Those that lose the race end too; their rejections are nobody's business.
  for (const wait of waits) wait.catch(() => undefined);
  try {
    const turn = await Promise.race(waits);
    // One that came at the same moment is given back.
    joined.then((other) => (other === turn ? undefined : other.share.release())).catch(() => {});
    return turn;
  } finally {
    decided.abort();
  }
};

const shareOfOthers = async (
  connections: SessionInput['context']['connections'],
  target: SessionInput['request']['target'],
  signal: AbortSignal,
): Promise<Extract<Turn, { kind: 'joined' }>> => {
  for (;;) {
    await connections.connected(target, signal);
    const share = await connections.living(target);
    if (share === undefined) continue;
    if (!signal.aborted) return { kind: 'joined', share };
    await share.release();
    signal.throwIfAborted();
  }
};
