import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createDeferred } from '../../../src/core/deferred.ts';
import type { Gateway } from '../../../src/session/gateway/gateway.ts';
import { type AgentWay, startAgentWay } from '../../remote/streams/agent-way.ts';
import { type FakeViewer, startFakeViewer } from './fake-viewer.ts';
import { ask, openGateway, sendRaw } from './raw-http.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

describe.each([
  ['at hand', 'socket'],
  ['over the channel of the agent', 'agent'],
] as const)('with the viewer %s', (_, over) => {
  let viewer: FakeViewer;
  let gateway: Gateway;
  let handle: Handler;
  let way: AgentWay | undefined;
  /** Where the gateway finds the viewer. */
  let socketPath: string;

  beforeEach(async () => {
    handle = (_request, response) => response.end('ok');
    viewer = await startFakeViewer((request, response) => handle(request, response));
    if (over === 'agent') {
      way = await startAgentWay();
      const tunnel = await way.leadTo({ kind: 'socket', path: viewer.socketPath });
      socketPath = tunnel.socketPath;
    } else {
      socketPath = viewer.socketPath;
    }
    gateway = await openGateway({ state: { kind: 'ready', socketPath } });
  });

  afterEach(async () => {
    await gateway.close();
    await way?.[Symbol.asyncDispose]();
    way = undefined;
    await viewer.close();
  });

  /** A request whose answer is read by the test itself. */
  const start = (
    path: string,
    options: { method?: string; headers?: Record<string, string> } = {},
  ) => {
    const { port, token } = gateway;
    const headers = { host: `localhost:${port}`, authorization: `Bearer ${token}` };
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      agent: false,
      ...options,
      headers: { ...headers, ...options.headers },
    });
    // Broken off on purpose by some tests; those look at the other end.
    request.on('error', () => undefined);
    return request;
  };

  const answerTo = async (request: ReturnType<typeof start>): Promise<IncomingMessage> => {
    const [message]: IncomingMessage[] = await once(request, 'response');
    if (message === undefined) throw new Error('No response');
    return message;
  };

  describe('an answer', () => {
    it('keeps status, reason, order and doubles of its headers', async () => {
      handle = (_request, response) => {
        response.writeHead(418, 'Short and stout', ['X-B', '1', 'x-a', '2', 'X-B', '3']);
        response.end('tea');
      };
      const { status, message, body } = await ask(gateway, '/');
      expect([status, message.statusMessage, body]).toEqual([418, 'Short and stout', 'tea']);
      expect(message.rawHeaders.slice(0, 6)).toEqual(['X-B', '1', 'x-a', '2', 'X-B', '3']);
    });

    it('with 304 or to HEAD has no body and keeps its length', async () => {
      handle = (request, response) => {
        response.writeHead(request.url === '/304' ? 304 : 200, {
          'Content-Length': '5',
          ETag: '"x"',
        });
        response.end(request.url === '/304' ? undefined : 'hello');
      };
      const head = await ask(gateway, '/', { method: 'HEAD' });
      expect([head.body, head.message.headers['content-length']]).toEqual(['', '5']);
      const unchanged = await ask(gateway, '/304');
      expect([unchanged.status, unchanged.body]).toEqual([304, '']);
    });

    it('of an event stream comes piece by piece, its head before the first event', async () => {
      const streams: ServerResponse[] = [];
      handle = (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.flushHeaders();
        streams.push(response);
      };
      const request = start('/events');
      request.end();
      const answer = await answerTo(request);
      expect(answer.headers['content-type']).toBe('text/event-stream');
      for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
        streams[0]?.write(event);
        const [chunk]: Buffer[] = await once(answer, 'data');
        expect(chunk?.toString()).toBe(event);
      }
      answer.destroy();
    });

    it('that breaks off breaks off for the browser too, and is not taken for whole', async () => {
      handle = (_request, response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('half');
        setImmediate(() => response.socket?.destroy());
      };
      await expect(ask(gateway, '/')).rejects.toMatchObject({ code: 'ECONNRESET' });
    });

    it('that nobody waits for any more ends at the viewer', async () => {
      const ended = createDeferred<void>();
      handle = (_request, response) => {
        response.writeHead(200);
        response.write('first');
        response.once('close', () => ended.resolve());
      };
      const request = start('/endless');
      request.end();
      await once(await answerTo(request), 'data');
      request.destroy();
      await ended.promise;
    });

    it.each([
      ['a status that is none', 'HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n'],
      [
        'an upgrade that no one asked for',
        'HTTP/1.1 101 Sure\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
      ],
      ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
      ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
      ['nothing', ''],
    ])('with %s becomes 502', async (_what, text) => {
      handle = (_request, response) => response.socket?.end(text);
      const answer = await ask(gateway, '/', { method: 'POST', body: 'x' });
      expect(answer.status).toBe(502);
      expect(answer.body).toContain('"unreachable"');
    });
  });

  describe('a body', () => {
    it('of 64 MB comes back byte for byte', async () => {
      handle = (request, response) => {
        response.writeHead(200);
        request.pipe(response);
      };
      const block = randomBytes(1024 * 1024);
      const request = start('/echo', { method: 'POST' });
      const send = async () => {
        for (let i = 0; i < 64; i++) if (!request.write(block)) await once(request, 'drain');
        request.end();
      };
      const sending = send();
      const twice = Buffer.concat([block, block]);
      let size = 0;
      for await (const chunk of await answerTo(request)) {
        const bytes = Buffer.from(chunk);
        const at = size % block.length;
        if (!bytes.equals(twice.subarray(at, at + bytes.length))) {
          throw new Error(`Differs near byte ${size}`);
        }
        size += bytes.length;
      }
      await sending;
      expect(size).toBe(64 * block.length);
    });

    it.each([
      ['POST', undefined, { 'content-length': '0' }],
      ['POST', 'abc', { 'content-length': '3' }],
      ['DELETE', undefined, {}],
      ['GET', undefined, {}],
    ])('of %s %s arrives framed as it was sent', async (method, body, framing) => {
      let framed = {};
      handle = ({ headers }, response) => {
        const { 'content-length': length, 'transfer-encoding': encoding } = headers;
        framed = { ...(length && { 'content-length': length }), ...(encoding && { encoding }) };
        response.end();
      };
      await ask(gateway, '/', { method, ...(body === undefined ? {} : { body }) });
      expect(framed).toEqual(framing);
    });

    it('is asked for with 100 Continue only once the viewer wants it', async () => {
      viewer.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
        response.writeContinue();
        request.pipe(response);
      });
      const request = start('/', { method: 'POST', headers: { expect: '100-continue' } });
      request.flushHeaders();
      await once(request, 'continue');
      request.end('the body');
      const chunks: Buffer[] = await (await answerTo(request)).toArray();
      expect(Buffer.concat(chunks).toString()).toBe('the body');
    });

    it('that the viewer refuses early does not keep its answer from the browser', async () => {
      handle = (_request, response) => {
        response.writeHead(413);
        response.end('too large');
      };
      const body = Buffer.alloc(4 * 1024 * 1024);
      const answer = await ask(gateway, '/', { method: 'POST', body });
      expect([answer.status, answer.body]).toEqual([413, 'too large']);
    });

    it('that is broken off is broken off at the viewer too', async () => {
      const aborted = createDeferred<void>();
      const arrived = createDeferred<void>();
      handle = (request) => {
        request.once('data', () => arrived.resolve());
        request.once('error', () => aborted.resolve());
      };
      const request = start('/', { method: 'POST', headers: { 'content-length': '1000' } });
      request.write('part');
      await arrived.promise;
      request.destroy();
      await aborted.promise;
    });
  });

  describe('connections to the viewer', () => {
    it('are used again', async () => {
      const used = new Set<unknown>();
      handle = (request, response) => {
        used.add(request.socket);
        response.end();
      };
      for (let i = 0; i < 5; i++) await ask(gateway, '/');
      expect(used.size).toBe(1);
    });

    it('that the viewer closed just as they were taken cost no request', async () => {
      let requests = 0;
      handle = (request, response) => {
        requests += 1;
        // The second request on a connection finds it closed, as after an idle time-out.
        if (requests === 2) request.socket.destroy();
        else response.end('ok');
      };
      await ask(gateway, '/');
      expect((await ask(gateway, '/')).body).toBe('ok');
      expect(requests).toBe(3);
    });

    it('do not repeat a POST, which may have had its effect', async () => {
      let posts = 0;
      handle = (request, response) => {
        if (request.method === 'POST') {
          posts += 1;
          request.socket.destroy();
        } else response.end();
      };
      await ask(gateway, '/');
      expect((await ask(gateway, '/', { method: 'POST', body: 'x' })).status).toBe(502);
      expect(posts).toBe(1);
    });

    it('carry a thousand event streams side by side, and are all gone after close', async () => {
      handle = (request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write(`data: ${request.url}\n\n`);
      };
      const first = await Promise.all(
        Array.from({ length: 1_000 }, async (_, i) => {
          const request = start(`/${i}`);
          request.end();
          const answer = await answerTo(request);
          answer.on('error', () => undefined);
          const [chunk]: Buffer[] = await once(answer, 'data');
          return chunk?.toString();
        }),
      );
      expect(first).toEqual(Array.from({ length: 1_000 }, (_, i) => `data: /${i}\n\n`));
      expect(viewer.connections.size).toBe(1_000);
      const gone = [...viewer.connections].map((socket) => once(socket, 'close'));
      await gateway.close();
      await Promise.all(gone);
    });
  });

  describe('WebSockets', () => {
    let sockets: WebSocketServer;
    beforeEach(() => {
      sockets = new WebSocketServer({ server: viewer.server });
      sockets.on('connection', (socket) => {
        socket.send('hello');
        socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
      });
    });

    const open = (headers: Record<string, string> = {}) => {
      const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/live`, {
        headers: {
          host: `localhost:${gateway.port}`,
          authorization: `Bearer ${gateway.token}`,
          ...headers,
        },
      });
      socket.on('error', () => undefined);
      return socket;
    };
    const refusal = async (socket: WebSocket) => {
      const [, message]: [unknown, IncomingMessage] | unknown[] = await once(
        socket,
        'unexpected-response',
      );
      return (message as IncomingMessage).statusCode;
    };

    it('carry messages both ways, a first one that comes with the head included', async () => {
      const socket = open();
      const [hello] = await once(socket, 'message');
      expect(String(hello)).toBe('hello');
      const large = randomBytes(2 * 1024 * 1024);
      socket.send(large);
      const [echo] = await once(socket, 'message');
      expect(large.equals(echo)).toBe(true);
      socket.close(4321);
      const [code] = await once(socket, 'close');
      expect(code).toBe(4321);
    });

    it.each([
      ['without token', { authorization: '' }, 401],
      ['of another origin', { origin: 'http://localhost:1' }, 403],
      ['to another host', { host: 'evil.example' }, 403],
    ])('%s are refused', async (_what, headers, status) => {
      expect(await refusal(open(headers))).toBe(status);
      expect(sockets.clients.size).toBe(0);
    });

    it('that the viewer does not take get its answer', async () => {
      sockets.options.verifyClient = () => false;
      expect(await refusal(open())).toBe(401);
    });

    it('to a viewer that is gone get 502', async () => {
      gateway.setState({ kind: 'ready', socketPath: `${viewer.socketPath}.gone` });
      expect(await refusal(open())).toBe(502);
    });

    it('that break off on one side end on the other', async () => {
      const socket = open();
      await once(socket, 'message');
      const [atViewer] = sockets.clients;
      if (atViewer === undefined) throw new Error('No socket at the viewer');
      const ended = once(atViewer, 'close');
      socket.terminate();
      await ended;

      const other = open();
      await once(other, 'message');
      const otherEnded = once(other, 'close');
      for (const client of sockets.clients) client.terminate();
      await otherEnded;
    });

    it('end at once when the gateway closes', async () => {
      const socket = open();
      await once(socket, 'message');
      const ended = once(socket, 'close');
      await gateway.close();
      await ended;
    });
  });

  describe('an offer to upgrade to anything else', () => {
    const offer = (method: string) =>
      sendRaw(
        gateway.port,
        `${method} /x HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nAuthorization: Bearer ${gateway.token}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
      );

    it('is left aside', async () => {
      const answer = await offer('GET');
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(answer).toContain('ok');
    });

    it('is refused where a body comes with it', async () => {
      expect(await offer('POST')).toMatch(/^HTTP\/1\.1 501 /);
    });
  });
});
