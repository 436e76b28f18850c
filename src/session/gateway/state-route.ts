import type { ServerResponse } from 'node:http';
import { sendJson } from './answers.ts';
import type { Link } from './link.ts';
import { type PageModel, type PageSubject, statePage } from './page-model.ts';
import type { Exchange } from './proxy.ts';

/** Below this path the gateway answers itself, whatever the state; no viewer sees it. */
export const OWN_PATH_PREFIX = '/.porthole/';

/** The session's state, for the gateway's own pages: once as JSON, or as a stream of events. */
export const STATE_PATH = `${OWN_PATH_PREFIX}state`;

/** Answers a request below `OWN_PATH_PREFIX`. */
export const serveOwnPath = (
  { request, response }: Exchange,
  path: string,
  { link, subject }: { link: Link; subject: PageSubject },
): void => {
  if (path !== STATE_PATH) {
    sendJson(response, 404, { error: { code: 'not-found', message: 'There is nothing here.' } });
  } else if (request.headers.accept?.includes('text/event-stream')) {
    streamState(response, link, subject);
  } else {
    sendJson(response, 200, stateMessage(link, subject));
  }
};

/** What the page's script gets; `page` is null when the session is ready. */
interface StateMessage {
  readonly version: number;
  readonly state: string;
  readonly page: PageModel | null;
}

const stateMessage = ({ state, version }: Link, subject: PageSubject): StateMessage => ({
  version,
  state: state.kind,
  page: state.kind === 'ready' ? null : statePage(state, subject),
});

const streamState = (response: ServerResponse, link: Link, subject: PageSubject): void => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const tell = () => response.write(`data: ${JSON.stringify(stateMessage(link, subject))}\n\n`);
  response.once('close', link.subscribe(tell));
  tell();
};
