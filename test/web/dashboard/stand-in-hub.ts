import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { ensureBuilt } from '../../../scripts/lib/ensure-built.ts';
import type { ApiRoute, Change, Snapshot } from '../../../src/hub/api/contract.ts';
import { loadPageFiles } from '../../../src/session/gateway/page-files.ts';

/** What a route answers with: a value, or a failure by its status. */
export type Answer = (asked: {
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}) => unknown;

/** A refusal of a route. */
export class Refusal extends Error {
  readonly status: number;
  readonly failure: object;

  constructor(status: number, failure: { code: string; message: string; field?: string }) {
    super(failure.message);
    this.status = status;
    this.failure = { hint: null, output: null, causes: [], commands: [], field: null, ...failure };
  }
}

/**
 * The dashboard's pages as they are shipped, before a hub that does what a test tells it: for states
 * that no server shows on demand, and for many of them.
 */
export interface StandInHub {
  readonly url: string;
  /** What was asked, in order: `POST /api/openings`, with its body. */
  readonly asked: ReadonlyArray<{ readonly route: string; readonly body: unknown }>;
  /** Tells all pages of a change. */
  tell(change: Change): void;
  /** Answers a route from now on. */
  on(route: ApiRoute, answer: Answer): void;
  /** Ends all streams, as the end of the hub does; what is asked meanwhile gets nothing. */
  leave(): void;
  /** Is there again, with another state. `stranger`: it does not know the browser. */
  comeBack(snapshot: Snapshot, as?: 'friend' | 'stranger'): void;
  close(): Promise<void>;
}

export const serveStandIn = async (first: Snapshot): Promise<StandInHub> => {
  const pages = await loadPageFiles(join(dirname(await ensureBuilt()), 'dashboard'));
  const answers = new Map<string, Answer>();
  const asked: { route: string; body: unknown }[] = [];
  const streams = new Set<ServerResponse>();
  let presence: 'here' | 'gone' | 'stranger' = 'here';
  let { index } = first;
  let snapshot = first;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    if (presence === 'gone') {
      request.socket.destroy();
      return;
    }
    if (!path.startsWith('/api/')) {
      pages.serve({ request, response, path, link: 'up' });
      return;
    }
    if (presence === 'stranger') {
      sendJson(response, 401, { error: { code: 'no-token', message: 'No token.' } });
      return;
    }
    if (path.startsWith('/api/events')) {
      openStream(response);
      response.write(`event: snapshot\ndata: ${JSON.stringify({ ...snapshot, index })}\n\n`);
      return;
    }
    const body = await readBody(request);
    const found = findRoute(answers, `${request.method} ${path.split('?', 1)[0]}`);
    asked.push({ route: `${request.method} ${path}`, body });
    if (found === undefined) {
      sendJson(response, 404, { error: { code: 'not-found', message: `Nothing at ${path}` } });
      return;
    }
    try {
      const value = await found.answer({ params: found.params, body });
      if (/\/log(\?|$)/.test(path)) {
        openStream(response);
        response.write(`event: text\ndata: ${JSON.stringify({ text: value })}\n\n`);
      } else if (path === '/api/doctor') {
        response.end((value as object[]).map((line) => `${JSON.stringify(line)}\n`).join(''));
      } else if (value === undefined) response.writeHead(204).end();
      else sendJson(response, 200, value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      sendJson(response, error.status, { error: error.failure });
    }
  };

  const openStream = (response: ServerResponse): void => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    streams.add(response);
    response.on('close', () => streams.delete(response));
  };

  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const leave = (): void => {
    for (const stream of streams) stream.destroy();
  };
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    asked,
    tell: (change) => {
      index += 1;
      for (const stream of streams) {
        stream.write(`event: change\ndata: ${JSON.stringify({ index, change })}\n\n`);
      }
    },
    on: (route, answer) => answers.set(route, answer),
    leave: () => {
      presence = 'gone';
      leave();
    },
    comeBack: (state, as = 'friend') => {
      snapshot = state;
      index = state.index;
      presence = as === 'stranger' ? 'stranger' : 'here';
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      leave();
      server.closeAllConnections();
      await closed;
    },
  };
};

const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
};

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
};

/** The answer for `POST /api/openings/o1/list`, with what stands for its names. */
const findRoute = (answers: ReadonlyMap<string, Answer>, asked: string) => {
  const words = asked.split('/');
  for (const [route, answer] of answers) {
    const names = route.split('/');
    const fits = names.every((name, i) => name.startsWith('{') || name === words[i]);
    if (!fits || names.length !== words.length) continue;
    const params: Record<string, string> = {};
    names.forEach((name, i) => {
      if (name.startsWith('{')) params[name.slice(1, -1)] = decodeURIComponent(words[i] ?? '');
    });
    return { answer, params };
  }
  return undefined;
};
