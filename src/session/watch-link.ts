import type { Clock } from '../core/clock.ts';
import type { PortholeError } from '../core/errors.ts';
import type { ViewerState } from '../remote/protocol.ts';
import type { ConnectionShare } from './connections.ts';
import type { Gateway } from './gateway/gateway.ts';
import { watchForward } from './watch-forward.ts';

/** How a viewer has ended, as its watchdog tells it. */
export type ExitedViewer = Extract<ViewerState, { state: 'exited' }>;

/** What a session has lost. */
export type Loss =
  /** The connection is gone; the viewer lives on for its lease. */
  | { readonly kind: 'link-lost'; readonly error: PortholeError }
  /** The connection lives, the tunnel through it does not. */
  | { readonly kind: 'forward-lost'; readonly problem: string }
  /** The viewer itself has ended. */
  | { readonly kind: 'viewer-ended'; readonly viewer: ExitedViewer };

/** What ended the watch over a link. */
export type LinkEnd = Loss | { readonly kind: 'cancelled' };

export interface WatchLinkInput {
  readonly share: ConnectionShare;
  readonly gateway: Gateway;
  /** The local end of the tunnel. */
  readonly socketPath: string;
  readonly healthPath: string;
  /** Id of the session on the server. */
  readonly id: string;
  readonly graceS: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLatency: (ms: number) => void;
}

/** Holds the lease of a ready session until its link, its tunnel or its viewer ends. */
export const watchLink = async (input: WatchLinkInput): Promise<LinkEnd> => {
  const { share, gateway, id, graceS, signal, onLatency } = input;
  const { connection, monitor } = share;
  const ended = new AbortController();
  const over = AbortSignal.any([signal, ended.signal]);
  const leave = monitor.attend({ graceS, traffic: () => gateway.traffic, onLatency });
  let stopListening = () => {};
  const viewerEnded = new Promise<LinkEnd>((resolve) => {
    stopListening = connection.agent.onViewer(id, (viewer) => {
      if (viewer.state === 'exited') resolve({ kind: 'viewer-ended', viewer });
    });
  });
  const linkLost = monitor.lost.then((error): LinkEnd => ({ kind: 'link-lost', error }));
  const cancelled = new Promise<LinkEnd>((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }), { once: true });
    if (signal.aborted) resolve({ kind: 'cancelled' });
  });
  const bytesDown = () => gateway.traffic.bytesDown;
  const forwardLost = watchForward({ ...input, bytesDown, signal: over }).then(
    (problem): LinkEnd => ({ kind: 'forward-lost', problem }),
  );
  // Rejects only when the watch is over.
  forwardLost.catch(() => undefined);
  try {
    return await Promise.race([viewerEnded, linkLost, forwardLost, cancelled]);
  } finally {
    stopListening();
    leave();
    ended.abort();
  }
};
