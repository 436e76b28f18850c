import { singleLine } from '../../core/text.ts';
import type { RefusalReason } from './guard.ts';
import type { GatewayState } from './link.ts';

/** What one of the gateway's own pages says; texts are plain, of one line, free of control characters. */
export interface PageModel {
  readonly tone: 'busy' | 'attention' | 'ended';
  readonly title: string;
  readonly detail: string;
  /** What ssh, the server or the viewer said; "" where there is nothing. */
  readonly reason: string;
  /** A command that helps, as the user would type it; "" where none does. */
  readonly command: string;
  /** When the link was lost, milliseconds since the epoch; the page counts on from there. */
  readonly sinceMs: number | null;
}

/** What is being looked at, for the texts. */
export interface PageSubject {
  readonly sessionId: string;
  readonly host: string;
  readonly viewerTitle: string;
}

/** The page of a session that is not ready. */
export const statePage = (
  state: Exclude<GatewayState, { kind: 'ready' }>,
  subject: PageSubject,
): PageModel => {
  const { host, viewerTitle, sessionId } = subject;
  switch (state.kind) {
    case 'starting':
      return page({
        tone: 'busy',
        title: `Opening ${viewerTitle} on ${host}`,
        detail: state.step,
      });
    case 'reconnecting':
      return state.phase === 'needs-authentication'
        ? page({
            tone: 'attention',
            title: `${host} asks you to log in again`,
            detail: `The connection was lost, and porthole never logs in unasked. ${viewerTitle} waits on the server.`,
            reason: state.reason,
            command: `porthole retry ${sessionId}`,
            sinceMs: state.sinceMs,
          })
        : page({
            tone: 'busy',
            title: `Reconnecting to ${host}`,
            detail: `The connection was lost. ${viewerTitle} runs on; this page comes back by itself.`,
            reason: state.reason,
            sinceMs: state.sinceMs,
          });
    case 'stopped':
      return page({
        tone: 'ended',
        title: 'This session has ended',
        detail: `${viewerTitle} on ${host} is no longer open.`,
        reason: state.reason,
        command: `porthole open ${host}`,
      });
    case 'failed':
      return page({
        tone: 'ended',
        title: `${viewerTitle} on ${host} has failed`,
        detail: state.hint ?? 'The session cannot go on.',
        reason: state.message,
        command: `porthole open ${host}`,
      });
    default:
      return state satisfies never;
  }
};

/** The page of a session that is ready, whose viewer gives no answer all the same. */
export const unreachablePage = (reason: string, subject: PageSubject): PageModel =>
  page({
    tone: 'busy',
    title: `${subject.viewerTitle} on ${subject.host} does not answer`,
    detail: 'The connection stands, but no answer came over it. Trying again.',
    reason,
    command: `porthole logs ${subject.sessionId}`,
  });

/** The page of a refused request; tells nothing of the session, since no one has shown the token. */
export const refusalPage = (reason: RefusalReason, linkCommand = 'porthole ls'): PageModel => {
  const [title, detail] = REFUSALS[reason];
  const needsLink = reason === 'no-token' || reason === 'wrong-token';
  return page({ tone: 'attention', title, detail, command: needsLink ? linkCommand : '' });
};

/** The page that sets the cookie and goes on; seen only where scripts are switched off. */
export const loginPage = (): PageModel =>
  page({ tone: 'busy', title: 'Opening', detail: 'One moment.' });

const REFUSALS: Readonly<Record<RefusalReason, readonly [title: string, detail: string]>> = {
  target: ['Request refused', 'Its address is not a path on this server.'],
  host: ['Request refused', 'It is addressed to another host than this one.'],
  origin: ['Request refused', 'It comes from a page of another origin.'],
  'other-page': [
    'Request refused',
    'Another page may lead here, but not load or embed what is here.',
  ],
  'service-worker': ['Request refused', 'Service workers are not allowed here.'],
  'no-token': [
    'This page opens by its link only',
    'So no other program or page on this machine can read it. Your links are listed by:',
  ],
  'other-account': [
    'This link is for another account',
    'It was made for the browser of the account that runs porthole.',
  ],
  'wrong-token': [
    'This link is no longer valid',
    'Links are new at every start. The current ones are listed by:',
  ],
};

const page = (
  given: Pick<PageModel, 'tone' | 'title' | 'detail'> & Partial<PageModel>,
): PageModel => ({
  tone: given.tone,
  title: singleLine(given.title),
  detail: singleLine(given.detail),
  reason: singleLine(given.reason ?? '').slice(0, MAX_REASON_LENGTH),
  command: singleLine(given.command ?? ''),
  sinceMs: given.sinceMs ?? null,
});

const MAX_REASON_LENGTH = 600;
