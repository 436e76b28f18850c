import { request as httpRequest } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import { OWN_ANSWER_HEADER } from './check.ts';
import type { Exchange } from './proxy.ts';
import { headerLines, type RawHeaders } from './raw-headers.ts';

/** What a page will ask for first, asked for while it opens: the answer is here when the page is. */
export interface Ahead {
  /** Asks for a path by the way of the page, unless that is being done, or has been. */
  ask(path: string, way: AheadWay): void;
  /**
   * Answers a request with what was asked for ahead, as soon as that is here; each answer once.
   * `nothing` where there is none, or none that is good.
   */
  serve(exchange: Exchange, path: string): Promise<'served' | 'nothing'>;
}

/** The gateway's own port, and what lets us through it. */
export interface AheadWay {
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

interface Answer {
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly arrivedMs: number;
}

/** A browser starts in seconds; whoever comes later is better served with what is new. */
const KEEP_MS = 30_000;
/** A first screen is a few kilobytes; more is not worth holding. */
const MAX_BYTES = 1024 * 1024;

export const createAhead = (clock: Clock): Ahead => {
  const answers = new Map<string, Promise<Answer | undefined>>();

  return {
    ask: (path, way) => {
      if (answers.has(path)) return;
      const answer = fetchAhead(path, way, clock);
      answers.set(path, answer);
      // The viewer may not have been there yet: then somebody asks again.
      void answer.then((good) => {
        if (good === undefined && answers.get(path) === answer) answers.delete(path);
      });
    },
    serve: async ({ request, response }, path) => {
      if (answers.size === 0 || request.method !== 'GET' || !takesGzip(request.headers)) {
        return 'nothing';
      }
      const answer = answers.get(path);
      if (answer === undefined) return 'nothing';
      answers.delete(path);
      const good = await answer;
      if (good === undefined || clock.monotonicMs() - good.arrivedMs > KEEP_MS) return 'nothing';
      if (!response.destroyed) response.writeHead(200, [...good.headers]).end(good.body);
      return 'served';
    },
  };
};

const takesGzip = (headers: Readonly<Record<string, unknown>>): boolean =>
  String(headers['accept-encoding'] ?? '').includes('gzip');

/** undefined for everything but a whole answer of the viewer's with status 200. */
const fetchAhead = (
  path: string,
  { port, headers, signal }: AheadWay,
  clock: Clock,
): Promise<Answer | undefined> =>
  new Promise((resolve) => {
    const request = httpRequest({
      ...{ host: '127.0.0.1', port, path, agent: false, signal },
      headers: { host: `localhost:${port}`, 'accept-encoding': 'gzip', ...headers },
    });
    const giveUp = () => {
      resolve(undefined);
      request.destroy();
    };
    request.on('error', giveUp);
    request.on('response', (response) => {
      const isGood =
        response.statusCode === 200 && response.headers[OWN_ANSWER_HEADER] === undefined;
      if (!isGood) {
        giveUp();
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_BYTES) giveUp();
      });
      response.on('error', giveUp);
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        resolve({
          headers: [...ofMessage(response.rawHeaders), 'Content-Length', String(body.length)],
          body,
          arrivedMs: clock.monotonicMs(),
        });
      });
    });
    request.end();
  });

/** Without what was for the one connection, or says how the body came. */
const ofMessage = (raw: RawHeaders): readonly string[] =>
  [...headerLines(raw)].filter(([name]) => !OF_CONNECTION.has(name.toLowerCase())).flat();

const OF_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);
