import type { Clock } from '../core/clock.ts';
import type { ServedHub } from './serve-hub.ts';

/** Why a hub ends. */
export type HubEnd =
  /** Its last session has ended, and it serves no dashboard. */
  | 'idle'
  /** A client asked for it. */
  | 'asked'
  /** By a signal to its process. */
  | 'interrupted'
  /** Nobody opened anything. */
  | 'unused'
  /** Its directory was removed under it. */
  | 'evicted';

/** A hub in the background that nobody uses: whoever started it has been killed on the way. */
const UNUSED_LIMIT_MS = 30_000;

/** Resolves when it is time for the hub to end, with the reason. */
export const endOfHub = async (input: {
  readonly hub: ServedHub;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** `wait`: whoever became the hub opens something itself. */
  readonly unused: 'end' | 'wait';
}): Promise<HubEnd> => {
  const { hub, signal, clock, unused } = input;
  const limit =
    unused === 'end' ? clock.timeout(UNUSED_LIMIT_MS, () => 'unused') : { signal: undefined };
  return new Promise((resolve) => {
    const endIfIdle = () => {
      if (hub.list().length === 0 && !hub.dashboard.isWanted()) resolve('idle');
    };
    hub.onIdle(endIfIdle);
    if (unused === 'end') hub.dashboard.onFailure(endIfIdle);
    void hub.shutdownAsked.then(() => resolve('asked'));
    void hub.evicted.then(() => resolve('evicted'));
    if (signal.aborted) resolve('interrupted');
    signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
    limit.signal?.addEventListener('abort', () => {
      if (hub.list().length === 0 && !hub.dashboard.isWanted()) resolve('unused');
    });
  });
};
