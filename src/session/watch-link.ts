import type { Clock } from '../core/clock.ts';
import type { PortholeError } from '../core/errors.ts';
import type { Connection } from '../remote/connection.ts';
import type { ViewerState } from '../remote/protocol.ts';
import { renewLease } from './renew-lease.ts';

/** What ended the watch over a link. */
export type LinkEnd =
  /** The connection is gone; the viewer lives on for its lease. */
  | { readonly kind: 'link-lost'; readonly error: PortholeError }
  /** The viewer itself has ended. */
  | { readonly kind: 'viewer-ended'; readonly viewer: Extract<ViewerState, { state: 'exited' }> }
  /** The watch was called off. */
  | { readonly kind: 'cancelled' };

export interface WatchLinkInput {
  readonly connection: Connection;
  /** Id of the session on the server. */
  readonly id: string;
  readonly graceS: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLatency: (ms: number) => void;
}

/** Renews the lease of a ready session until its link or its viewer ends. */
export const watchLink = async (input: WatchLinkInput): Promise<LinkEnd> => {
  const { connection, id, signal } = input;
  const ended = new AbortController();
  const over = AbortSignal.any([signal, ended.signal]);
  let stopListening = () => {};
  const viewerEnded = new Promise<LinkEnd>((resolve) => {
    stopListening = connection.agent.onViewer(id, (viewer) => {
      if (viewer.state === 'exited') resolve({ kind: 'viewer-ended', viewer });
    });
  });
  const linkLost = connection.closed.then((error): LinkEnd => ({ kind: 'link-lost', error }));
  const cancelled = new Promise<LinkEnd>((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }), { once: true });
    if (signal.aborted) resolve({ kind: 'cancelled' });
  });
  void renewLease({ ...input, signal: over });
  try {
    return await Promise.race([viewerEnded, linkLost, cancelled]);
  } finally {
    stopListening();
    ended.abort();
  }
};
