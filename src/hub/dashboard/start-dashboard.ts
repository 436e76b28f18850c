import type { IncomingMessage, ServerResponse } from 'node:http';
import { singleLine } from '../../core/text.ts';
import { type Admission, admit } from '../../session/gateway/admit.ts';
import { sendVerdict } from '../../session/gateway/answers.ts';
import type { RefusalReason } from '../../session/gateway/guard.ts';
import { createLoopbackServers } from '../../session/gateway/http-server.ts';
import { loadPageFiles } from '../../session/gateway/page-files.ts';
import { refusalPage } from '../../session/gateway/page-model.ts';
import { bindLoopback, type PortWish } from '../../session/gateway/ports.ts';
import { cookieNameOf, createToken } from '../../session/gateway/secrets.ts';
import { createTickets } from '../../session/gateway/tickets.ts';
import { answerOn } from '../../session/gateway/upgrade.ts';
import { settlesWithin } from '../../ssh/settles-within.ts';
import { sendFailure } from './answer.ts';
import { createDesk, type DeskInput } from './desk.ts';
import { API_PREFIX, createDispatch } from './dispatch.ts';
import type { ApiHandlers } from './handlers.ts';
import { doctorRoutes } from './routes/doctor-routes.ts';
import { localRoutes } from './routes/local-routes.ts';
import { openingRoutes } from './routes/opening-routes.ts';
import { savedRoutes } from './routes/saved-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { stateRoutes } from './routes/state-routes.ts';
import { ApiError } from './to-failure.ts';

/** The dashboard, served on loopback. */
export interface Dashboard {
  readonly port: number;
  /** Address for the browser, with the token. */
  readonly url: string;
  /** A new address that lets a browser in once; see `Gateway.ticketUrl`. */
  ticketUrl(): string;
  setSshEnvironment(env: Readonly<Record<string, string>>): void;
  /** Tells every page that the hub ends, and why. */
  announceEnd(reason: string): void;
  /** Ends at once, open streams included. */
  close(): Promise<void>;
}

export interface DashboardInput extends Omit<DeskInput, 'port'> {
  /** Exactly this one; null takes that of the settings, or the next free one. */
  readonly wishedPort: number | null;
}

/** Part of the cookie's name, which is one for every dashboard of this browser. */
const COOKIE_ID = 'hub';
const LINK_COMMAND = 'porthole viewer';

/**
 * Serves the dashboard: its pages, and the API behind them. Nobody gets in but by its token.
 *
 * @throws PortholeError `port-taken`; `internal` where the pages were not installed
 */
export const startDashboard = async (input: DashboardInput): Promise<Dashboard> => {
  const { machine, context } = input;
  const { clock, logger } = context;
  let port = 0;
  const desk = await createDesk({ ...input, port: () => port });
  const pages = await loadPageFiles(machine.pages);
  const handlers: ApiHandlers = {
    ...stateRoutes(desk),
    ...openingRoutes(desk),
    ...sessionRoutes(desk),
    ...savedRoutes(desk),
    ...localRoutes(desk),
    ...doctorRoutes(desk),
  };
  const dispatch = createDispatch(handlers, logger);
  const tickets = createTickets(clock);
  const token = createToken();
  const admission: Admission = {
    rules: { auth: 'token', token, cookieName: cookieNameOf(COOKIE_ID), serviceWorkers: 'refuse' },
    tickets,
    uid: machine.uid,
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const verdict = await admit(request, admission);
    if (verdict.kind === 'pass') {
      const { path } = verdict;
      if (path.startsWith(API_PREFIX)) dispatch.serve({ request, response, path });
      else pages.serve({ request, response, path, link: 'up' });
      return;
    }
    if (verdict.kind === 'refuse') {
      const { status, reason, path } = verdict;
      logger.debug(`Dashboard: refused ${logged(request)}: ${status} ${reason}`);
      if (path.startsWith(API_PREFIX)) return sendFailure(response, refusal(status, reason));
    }
    sendVerdict({ request, response }, verdict, { linkCommand: LINK_COMMAND });
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch((error: unknown) => {
      logger.warn(`Dashboard: cannot serve ${logged(request)}: ${String(error)}`);
      response.destroy();
    });
  };

  const servers = createLoopbackServers({
    onRequest: ({ request, response }) => onRequest(request, response),
    // Nothing here speaks another protocol; an offer may be left aside (RFC 9110, 7.8).
    onUpgrade: (upgrade) => {
      const response = answerOn(upgrade);
      if (upgrade.request.method === 'GET') onRequest(upgrade.request, response);
      else sendFailure(response, noUpgrade());
    },
  });
  const bound = await bindLoopback({
    wish: portWish(input.wishedPort),
    firstPort: desk.settings.current().port,
    createServer: servers.create,
  });
  port = bound.port;
  logger.debug(`The dashboard is at http://localhost:${port}/.`);
  const address = (secret: string) => `http://localhost:${port}/?token=${secret}`;

  return {
    port,
    url: address(token),
    ticketUrl: () => address(tickets.issue()),
    setSshEnvironment: desk.setSshEnvironment,
    announceEnd: (reason) => desk.feed.publish({ kind: 'hub-ending', reason }),
    close: async () => {
      desk.openings.cancelAll();
      // A page that does not read is not waited for.
      await settlesWithin(dispatch.endStreams(), LAST_WORDS_MS, clock);
      await servers.close();
    },
  };
};

const portWish = (port: number | null): PortWish =>
  port === null ? { kind: 'any' } : { kind: 'exact', port };

/** For what was said last to be on its way. */
const LAST_WORDS_MS = 500;
const MAX_LOGGED_PATH = 200;

/** A request for the log, without its query. */
const logged = ({ method, url = '' }: IncomingMessage): string =>
  `${method} ${singleLine((url.split('?', 1)[0] ?? '').slice(0, MAX_LOGGED_PATH))}`;

const refusal = (status: number, reason: RefusalReason): ApiError => {
  const { title, detail, command } = refusalPage(reason, LINK_COMMAND);
  const hint = command === '' ? detail : `Open the dashboard by: ${command}`;
  return new ApiError(status, { code: reason, message: `${title}.`, hint });
};

const noUpgrade = (): ApiError =>
  new ApiError(501, { code: 'bad-request', message: 'Send it as HTTP/1.1.' });
