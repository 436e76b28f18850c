import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Clock } from '../../core/clock.ts';
import { withoutGuessedFreshness } from './caching.ts';
import { sanitizeResponseHeaders } from './sanitize-headers.ts';
import type { ProxyTarget, Upstream } from './upstream.ts';

/** One request with the response that it is to get. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Called when the viewer gave no answer, or none that can be passed on. */
export type OnUnreachable = (exchange: Exchange, error: NodeJS.ErrnoException) => void;

/** How often a socket whose queue is full (EAGAIN) is tried again, and after what pause. */
const BUSY_ATTEMPTS = 40;
const BUSY_PAUSE_MS = 25;

/**
 * Hands a request on to the viewer and its answer back, both as streams: nothing is held back,
 * heads of event streams included, and whoever goes away first takes the other side with it.
 */
export const forwardRequest = (
  exchange: Exchange,
  target: ProxyTarget,
  means: { upstream: Upstream; clock: Clock; onUnreachable: OnUnreachable },
): void => {
  means.upstream.countRequest();
  attempt(exchange, target, { ...means, connection: 'shared', busyAttempts: 0 });
};

interface Attempt {
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly onUnreachable: OnUnreachable;
  readonly connection: 'shared' | 'fresh';
  readonly busyAttempts: number;
}

const attempt = (exchange: Exchange, target: ProxyTarget, options: Attempt): void => {
  const { request, response } = exchange;
  if (response.destroyed) return;
  const body = bodyHeaders(request);
  const outgoing = options.upstream.begin(request, target, {
    connection: options.connection,
    extraHeaders: body,
  });
  let answered = false;
  let failure: NodeJS.ErrnoException = new Error('the connection was closed without an answer');

  const abort = () => {
    if (!response.writableFinished) outgoing.destroy();
  };
  response.once('close', abort);
  outgoing.on('continue', () => response.writeContinue());
  outgoing.on('response', (answer) => {
    answered = true;
    relayAnswer(exchange, answer, options.onUnreachable);
  });
  outgoing.on('error', (error) => {
    failure = error;
  });
  outgoing.once('close', () => {
    response.off('close', abort);
    // A viewer may answer before it has read all; the rest is then read by no one else.
    if (answered) request.resume();
    else afterFailure(exchange, target, { ...options, outgoing, failure });
  });
  sendBody(request, outgoing);
};

/** What frames the body on the way to the viewer; the head that came in was for another connection. */
const bodyHeaders = ({ headers, method }: IncomingMessage): readonly string[] => {
  if (headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked'];
  const isSized = headers['content-length'] !== undefined;
  return isSized || BODILESS_METHODS.has(method ?? 'GET') ? [] : ['Content-Length', '0'];
};

/** For these Node adds no framing of its own when there is no body. */
const BODILESS_METHODS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** The body flows once the connection stands, so that nothing of it is lost to one that does not come about. */
const sendBody = (request: IncomingMessage, outgoing: ClientRequest): void => {
  if (!hasBody(request)) {
    outgoing.end();
    return;
  }
  const flow = () => {
    outgoing.flushHeaders();
    request.pipe(outgoing);
  };
  outgoing.once('socket', (socket: Socket) => {
    if (socket.connecting) socket.once('connect', flow);
    else flow();
  });
};

/** Sends an answer of the viewer on; its head at once, its body as it comes. */
export const relayAnswer = (
  exchange: Exchange,
  answer: IncomingMessage,
  onUnreachable: OnUnreachable,
): void => {
  const { response } = exchange;
  try {
    response.writeHead(
      answer.statusCode ?? 502,
      answer.statusMessage,
      sanitizeResponseHeaders(withoutGuessedFreshness(answer.rawHeaders)),
    );
  } catch (error) {
    // Node refuses to send on what its own parser let in: a status of 99, say.
    answer.destroy();
    onUnreachable(exchange, error as Error);
    return;
  }
  // Small answers leave in one packet with their head; a stream that is silent yet still gets its head out.
  setImmediate(() => {
    if (!response.writableEnded && !response.destroyed) response.flushHeaders();
  });
  pipeline(answer, response, () => {
    // Whatever broke off has ended both ends by now; the client sees it by its unfinished body.
  });
};

const afterFailure = (
  exchange: Exchange,
  target: ProxyTarget,
  failed: Attempt & { outgoing: ClientRequest; failure: NodeJS.ErrnoException },
): void => {
  const { request, response } = exchange;
  const { outgoing, failure, ...options } = failed;
  if (response.destroyed) return;
  if (failure.code === 'EAGAIN' && options.busyAttempts < BUSY_ATTEMPTS) {
    const again = { ...options, busyAttempts: options.busyAttempts + 1 };
    void options.clock
      .sleep(BUSY_PAUSE_MS, { ref: 'unref' })
      .then(() => attempt(exchange, target, again));
    return;
  }
  // The viewer has closed an idle connection just as we took it: nothing was answered, nothing is lost.
  const isRepeatable = (request.method === 'GET' || request.method === 'HEAD') && !hasBody(request);
  if (outgoing.reusedSocket && isRepeatable) {
    attempt(exchange, target, { ...options, connection: 'fresh' });
    return;
  }
  request.unpipe();
  request.resume();
  failed.onUnreachable(exchange, failure);
};
