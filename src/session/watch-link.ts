import type { Clock } from '../core/clock.ts';
import type { PortholeError } from '../core/errors.ts';
import type { ViewerState } from '../remote/protocol/sessions.ts';
import { adoptedEnd } from './adopt-viewer.ts';
import type { ConnectionShare } from './connections.ts';
import type { Gateway } from './gateway/gateway.ts';
import { type AdoptPlan, healthPathOf, type LaunchPlan, type Plan } from './plan.ts';
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
  | { readonly kind: 'viewer-ended'; readonly viewer: ExitedViewer; readonly plan: LaunchPlan }
  /** One that was not ours to keep alive is over. */
  | { readonly kind: 'adopted-ended'; readonly reason: string; readonly plan: AdoptPlan };

/** What ended the watch over a link. */
export type LinkEnd = Loss | { readonly kind: 'cancelled' };

export interface WatchLinkInput {
  readonly share: ConnectionShare;
  readonly gateway: Gateway;
  /** The local end of the tunnel. */
  readonly socketPath: string;
  readonly plan: Plan;
  /** Id of the session on the server. */
  readonly id: string;
  readonly graceS: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLatency: (ms: number) => void;
}

/** Holds the lease of a ready session until its link, its tunnel or its viewer ends. */
export const watchLink = async (input: WatchLinkInput): Promise<LinkEnd> => {
  const { share, gateway, plan, id, graceS, signal, onLatency } = input;
  const { connection, monitor } = share;
  const ended = new AbortController();
  const over = AbortSignal.any([signal, ended.signal]);
  const leave = monitor.attend({ graceS, traffic: () => gateway.traffic, onLatency });
  let stopListening = () => {};
  const viewerEnded = new Promise<LinkEnd>((resolve) => {
    if (plan.kind === 'adopt') return;
    stopListening = connection.agent.onViewer(id, (viewer) => {
      if (viewer.state === 'exited') resolve({ kind: 'viewer-ended', viewer, plan });
    });
  });
  const adoptedEnded = new Promise<LinkEnd>((resolve) => {
    if (plan.kind !== 'adopt') return;
    adoptedEnd({ connection, plan, signal: over }).then(
      (reason) => resolve({ kind: 'adopted-ended', reason, plan }),
      // That the connection is lost is told otherwise.
      () => undefined,
    );
  });
  const linkLost = monitor.lost.then((error): LinkEnd => ({ kind: 'link-lost', error }));
  const cancelled = new Promise<LinkEnd>((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }), { once: true });
    if (signal.aborted) resolve({ kind: 'cancelled' });
  });
  const bytesDown = () => gateway.traffic.bytesDown;
  const healthPath = healthPathOf(plan);
  const forwardLost = watchForward({ ...input, healthPath, bytesDown, signal: over }).then(
    (problem): LinkEnd => ({ kind: 'forward-lost', problem }),
  );
  // Rejects only when the watch is over.
  forwardLost.catch(() => undefined);
  try {
    return await Promise.race([viewerEnded, adoptedEnded, linkLost, forwardLost, cancelled]);
  } finally {
    stopListening();
    leave();
    ended.abort();
  }
};
