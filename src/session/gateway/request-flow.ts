import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { singleLine } from '../../core/text.ts';
import { type Admission, admit, judge, portOf } from './admit.ts';
import type { Ahead } from './ahead.ts';
import { sendJson, sendVerdict } from './answers.ts';
import { CHECK_HEADER } from './check.ts';
import type { GatewayOptions, LocalRequest } from './gateway.ts';
import type { LoopbackHandlers } from './http-server.ts';
import type { Link } from './link.ts';
import { type Exchange, forwardRequest, relayAnswer } from './proxy.ts';
import { equalsSecret } from './secrets.ts';
import { reachForCheck, reachViewer, sendDown, sendUnreachable } from './session-answers.ts';
import { OWN_PATH_PREFIX, serveOwnPath } from './state-route.ts';
import { answerOn, forwardUpgrade, isWebSocketUpgrade, type UpgradeRequest } from './upgrade.ts';
import type { Upstream } from './upstream.ts';

export interface RequestFlowInput extends GatewayOptions, Admission {
  /** Marks the requests of `check`. */
  readonly checkSecret: string;
  readonly link: Link;
  readonly upstream: Upstream;
  readonly ahead: Ahead;
}

const HOLD_MS = 10_000;
const MAX_LOGGED_PATH = 200;

/**
 * The way of every request through the gateway: the guard, our own paths, local files, the wait for
 * a link that is down, and on to the viewer.
 */
export const createRequestFlow = (input: RequestFlowInput): LoopbackHandlers => {
  const { checkSecret, link, upstream, ahead, clock, logger, holdMs = HOLD_MS } = input;
  const session = { link, subject: input };
  const onUnreachable = (exchange: Exchange, error: NodeJS.ErrnoException) => {
    logger.debug(`Gateway: no answer for ${logged(exchange.request)}: ${error.message}`);
    sendUnreachable(exchange, error, session);
  };

  const serve = async (exchange: Exchange) => {
    const { request, response } = exchange;
    const verdict = await admit(request, input);
    if (verdict.kind === 'refuse') {
      const { status, reason } = verdict;
      logger.info(`Gateway: refused ${logged(request, verdict.path)}: ${status} ${reason}`);
    }
    if (verdict.kind !== 'pass') {
      const siteData = input.siteData?.(portOf(request)) ?? 'keep';
      sendVerdict(exchange, verdict, { siteData });
      return;
    }
    const { host, path } = verdict;
    if (path.startsWith(OWN_PATH_PREFIX)) {
      serveOwnPath(exchange, path, session);
      return;
    }
    const isServed = (link: LocalRequest['link']) =>
      input.serveLocal?.({ request, response, path, link }) === 'served';
    if (isServed('unknown')) return;
    const reached = await reach(request, response);
    if (reached.kind === 'down') {
      sendDown(exchange, reached.state, session);
      return;
    }
    if (isServed('up')) return;
    if (!isOurs(request) && (await ahead.serve(exchange, path)) === 'served') return;
    const target = { socketPath: reached.socketPath, host, path };
    forwardRequest(exchange, target, { upstream, clock, onUnreachable });
  };

  const serveUpgrade = async (upgrade: UpgradeRequest) => {
    const { request, socket } = upgrade;
    const verdict = judge(request, input);
    const isForViewer = verdict.kind === 'pass' && !verdict.path.startsWith(OWN_PATH_PREFIX);
    if (!isForViewer || !isWebSocketUpgrade(request)) {
      await serveWithoutUpgrade(upgrade);
      return;
    }
    const reached = await reach(request, socket);
    if (reached.kind === 'down') {
      sendDown({ request, response: answerOn(upgrade) }, reached.state, session);
      return;
    }
    const { host, path } = verdict;
    const onAnswer = (exchange: Exchange, answer: IncomingMessage) =>
      relayAnswer(exchange, answer, onUnreachable);
    const target = { socketPath: reached.socketPath, host, path };
    forwardUpgrade(upgrade, target, { upstream, onAnswer, onUnreachable });
  };

  /** An offer to upgrade may be left aside (RFC 9110, 7.8); a body after it is out of our reach. */
  const serveWithoutUpgrade = async (upgrade: UpgradeRequest) => {
    const { request } = upgrade;
    const response = answerOn(upgrade);
    if (request.method === 'GET' || request.method === 'HEAD') await serve({ request, response });
    else sendJson(response, 501, { error: { code: 'upgrade', message: 'Send it as HTTP/1.1.' } });
  };

  /** Of the gateway itself, which asks its viewer. */
  const isOurs = ({ headers }: IncomingMessage): boolean => {
    const secret = headers[CHECK_HEADER];
    return typeof secret === 'string' && equalsSecret(secret, checkSecret);
  };

  const reach = (request: IncomingMessage, until: Writable) =>
    isOurs(request)
      ? Promise.resolve(reachForCheck(link))
      : reachViewer(link, { request, until, holdMs });

  /** What Node refuses to send on (a path with bytes outside ASCII, say) is the request's fault. */
  const fail = ({ request, response }: Exchange, error: unknown) => {
    logger.warn(`Gateway: cannot serve ${logged(request)}: ${(error as Error).message}`);
    if (response.headersSent) response.destroy();
    else sendJson(response, 400, { error: { code: 'bad-request', message: 'Cannot be sent on.' } });
  };

  return {
    onRequest: (exchange) => {
      serve(exchange).catch((error: unknown) => fail(exchange, error));
    },
    onUpgrade: (upgrade) => {
      serveUpgrade(upgrade).catch((error: unknown) => {
        logger.warn(
          `Gateway: cannot serve ${logged(upgrade.request)}: ${(error as Error).message}`,
        );
        upgrade.socket.destroy();
      });
    },
  };
};

/** A request for the log. The query is left out: it may hold secrets, of the viewer's also. */
const logged = ({ method, url = '' }: IncomingMessage, path = url): string =>
  `${method} ${singleLine((path.split('?', 1)[0] ?? '').slice(0, MAX_LOGGED_PATH))}`;
