import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { sendOwnAnswer, wantsPage } from './answers.ts';
import type { GatewayState, Link } from './link.ts';
import { renderPage } from './page-html.ts';
import { type PageSubject, statePage, unreachablePage } from './page-model.ts';
import type { Exchange } from './proxy.ts';

/** A person is shown a page soon, since it follows the state by itself; a script is better kept waiting. */
const PAGE_HOLD_MS = 1_000;

/** How often the page of a viewer that does not answer asks again. */
const RETRY_MS = 3_000;

type DownState = Exclude<GatewayState, { kind: 'ready' }>;

/** Whether a request can go to the viewer now. */
export type Reach =
  | { readonly kind: 'up'; readonly socketPath: string }
  | { readonly kind: 'down'; readonly state: DownState };

/** Waits a while for a link that is down; `until` is what the client hangs on. */
export const reachViewer = async (
  link: Link,
  { request, until, holdMs }: { request: IncomingMessage; until: Writable; holdMs: number },
): Promise<Reach> => {
  if (link.state.kind === 'ready') return { kind: 'up', socketPath: link.state.socketPath };
  const gone = new AbortController();
  const abort = () => gone.abort();
  until.once('close', abort);
  const state = await link.settled({
    holdMs: wantsPage(request) ? Math.min(PAGE_HOLD_MS, holdMs) : holdMs,
    signal: gone.signal,
  });
  until.off('close', abort);
  return state.kind === 'ready'
    ? { kind: 'up', socketPath: state.socketPath }
    : { kind: 'down', state };
};

/** Where `check` goes: the socket of a link that is not yet said to be ready, too. */
export const reachForCheck = ({ state }: Link): Reach => {
  if (state.kind === 'ready') return { kind: 'up', socketPath: state.socketPath };
  const socketPath = 'socketPath' in state ? state.socketPath : undefined;
  return socketPath === undefined ? { kind: 'down', state } : { kind: 'up', socketPath };
};

/** Answers for a session that is not ready. */
export const sendDown = (
  exchange: Exchange,
  state: DownState,
  { link, subject }: { link: Link; subject: PageSubject },
): void => {
  const page = statePage(state, subject);
  const comesBack = state.kind === 'starting' || state.kind === 'reconnecting';
  sendOwnAnswer(exchange, {
    status: 503,
    code: state.kind,
    page,
    headers: comesBack ? { 'Retry-After': '1' } : {},
    html: () =>
      renderPage(page, {
        kind: 'follow',
        version: link.version,
        openCommand: `porthole open ${subject.host}`,
      }),
  });
};

/** Answers for a viewer that is said to be ready and gave no answer. */
export const sendUnreachable = (
  exchange: Exchange,
  error: NodeJS.ErrnoException,
  { link, subject }: { link: Link; subject: PageSubject },
): void => {
  const { response } = exchange;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const page = unreachablePage(error.message, subject);
  sendOwnAnswer(exchange, {
    status: 502,
    code: 'unreachable',
    page,
    headers: { 'Retry-After': '1' },
    html: () =>
      renderPage(page, {
        kind: 'follow',
        version: link.version,
        openCommand: `porthole open ${subject.host}`,
        retryMs: RETRY_MS,
      }),
  });
};
