import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../core/logger.ts';
import type { RouteWords } from '../api/route.ts';
import { type ApiRoute, ROUTES } from '../api/routes.ts';
import { sendFailure, sendNothing, sendValue } from './answer.ts';
import { openEventStream } from './event-stream.ts';
import type { ApiCall, ApiHandlers } from './handlers.ts';
import { openLineStream } from './line-stream.ts';
import { matchRoute } from './match-route.ts';
import { checked, readBody } from './read-body.ts';
import { ApiError, answerToThrown, notFound } from './to-failure.ts';

export const API_PREFIX = '/api/';

/** A request below `/api/` that has passed the guard. */
export interface ApiExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query without the token. */
  readonly path: string;
}

type AnyHandler = (call: ApiCall<ApiRoute>, open?: () => unknown) => unknown;

/** The API, behind the guard. */
export interface Dispatch {
  /** Finds the route, checks what was sent, answers with what its handler makes of it. */
  serve(exchange: ApiExchange): void;
  /** Ends what still streams, when all that was said there is on its way. */
  endStreams(): Promise<void>;
}

export const createDispatch = (handlers: ApiHandlers, logger: Logger): Dispatch => {
  const streams = new Set<ServerResponse>();
  const streaming = <T>(response: ServerResponse, open: (response: ServerResponse) => T) => {
    return (): T => {
      streams.add(response);
      response.once('close', () => streams.delete(response));
      return open(response);
    };
  };

  const serve = async ({ request, response, path }: ApiExchange): Promise<void> => {
    const url = new URL(path, 'http://localhost');
    const match = matchRoute(request.method ?? '', url.pathname);
    if (match.kind === 'none') throw notFound(`There is nothing at ${url.pathname.slice(0, 200)}.`);
    if (match.kind === 'other-method') throw otherMethod(match.allowed);
    const { route } = match;
    const words: RouteWords = ROUTES[route];
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client has gone')));
    const call = {
      params: match.params,
      query: words.query && checked(words.query, Object.fromEntries(url.searchParams)),
      body: words.body && (await readBody(request, words.body)),
      lastEventId: headerOf(request, 'last-event-id'),
      signal: gone.signal,
    } as ApiCall<ApiRoute>;
    const handle = handlers[route] as AnyHandler;
    switch (words.form ?? 'json') {
      case 'events':
        await handle(call, streaming(response, openEventStream));
        return;
      case 'lines':
        await handle(call, streaming(response, openLineStream));
        return;
      case 'json': {
        const value = await handle(call);
        const { status = 200 } = words;
        if (words.answer === undefined) sendNothing(response, status);
        else sendValue(response, status, value);
      }
    }
  };

  const onRequest = (exchange: ApiExchange): void => {
    const { request, response } = exchange;
    serve(exchange).catch((thrown: unknown) => {
      const error = answerToThrown(thrown);
      if (error.status === 500) {
        const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
        logger.error(`API: ${request.method} failed: ${text}`);
      }
      sendFailure(response, error, error.status === 405 ? { Allow: error.failure.hint ?? '' } : {});
    });
  };

  return {
    serve: onRequest,
    endStreams: async () => {
      const ended = [...streams].map(
        (response) => new Promise<void>((resolve) => void response.end(() => resolve())),
      );
      await Promise.all(ended);
    },
  };
};

const otherMethod = (allowed: readonly string[]): ApiError =>
  new ApiError(405, {
    code: 'method-not-allowed',
    message: 'This path is for other methods.',
    hint: allowed.join(', '),
  });

const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};
