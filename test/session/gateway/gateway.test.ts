import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../src/core/logger.ts';
import type { Gateway } from '../../../src/session/gateway/gateway.ts';
import { type FakeViewer, startFakeViewer } from './fake-viewer.ts';
import { ask, openGateway, sendRaw } from './raw-http.ts';

let viewer: FakeViewer;
let gateway: Gateway;
let seen: { url: string; headers: Record<string, string | string[] | undefined> }[];
let log: string[];

beforeEach(async () => {
  seen = [];
  log = [];
  viewer = await startFakeViewer((request, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers });
    response.setHeader('Set-Cookie', ['theme=dark', 'porthole-hub=evil']);
    response.end('the runs');
  });
  gateway = await openGateway({
    logger: createLogger('debug', (_level, message) => log.push(message)),
    state: { kind: 'ready', socketPath: viewer.socketPath },
    siteData: () => 'clear',
    serveLocal: ({ response, path }) => {
      if (!path.startsWith('/assets/')) return 'not-mine';
      response.end(`local ${path}`);
      return 'served';
    },
  });
});

afterEach(async () => {
  await gateway.close();
  await viewer.close();
});

const withoutToken = { authorization: '' };

describe('the link', () => {
  it('gives a browser the cookie with which it gets the page, and the viewer sees neither', async () => {
    const { pathname, search } = new URL(gateway.url);
    const login = await ask(gateway, pathname + search, {
      headers: { ...withoutToken, accept: 'text/html' },
    });
    expect(login.status).toBe(200);
    expect(login.message.headers['cache-control']).toBe('no-store');
    expect(login.message.headers['referrer-policy']).toBe('no-referrer');
    expect(login.message.headers['clear-site-data']).toBe('"storage"');
    expect(login.body).not.toContain(gateway.token);

    const cookie = login.message.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const page = await ask(gateway, '/', { headers: { ...withoutToken, cookie } });
    expect(page.body).toBe('the runs');
    expect(page.message.headers['set-cookie']).toEqual(['theme=dark']);
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain(gateway.token);
  });

  it('gives other clients a redirect to the page without the token', async () => {
    const answer = await ask(gateway, `/api?x=1&token=${gateway.token}`, { headers: withoutToken });
    expect(answer.status).toBe(302);
    expect(answer.message.headers.location).toBe('/api?x=1');
  });
});

describe('a request that is refused', () => {
  it.each([
    ['without token', { authorization: '' }, 401],
    ['with Origin: https://evil.example', { origin: 'https://evil.example' }, 403],
    ['with Host: evil.example', { host: 'evil.example' }, 403],
    ['of a page on another port', { 'sec-fetch-site': 'same-site' }, 403],
  ])('%s does not reach the viewer', async (_what, headers, status) => {
    const answer = await ask(gateway, '/api/runs', { headers });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toHaveProperty('error.code');
    expect(seen).toEqual([]);
  });

  it('gets a page in a browser, and says nothing of the session', async () => {
    const answer = await ask(gateway, '/', { headers: { ...withoutToken, accept: 'text/html' } });
    expect(answer.message.headers['content-type']).toContain('text/html');
    expect(answer.body).toContain('This page opens by its link only');
    expect(answer.body).not.toContain('Runicorn');
  });

  it('is logged, without the query and whatever secret is in it', async () => {
    const stale = `porthole_${'x'.repeat(43)}`;
    await ask(gateway, `/runs?token=${stale}&key=hush`, { headers: withoutToken });
    expect(log.join('\n')).toContain('refused GET /runs: 401 wrong-token');
    expect(log.join('\n')).not.toMatch(/hush|xxxx/);
  });

  it('with Expect: 100-continue is not asked for its body', async () => {
    const answer = await sendRaw(
      gateway.port,
      `POST /upload HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toMatch(/connection: close/i);
  });
});

describe('malformed requests', () => {
  const line = (text: string) => sendRaw(gateway.port, text);

  it.each([
    [
      'an absolute target',
      'GET http://localhost/ HTTP/1.1\r\nHost: localhost:8081\r\nConnection: close\r\n\r\n',
      /^HTTP\/1.1 403/,
    ],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1.1 405/],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', /^HTTP\/1.1 400/],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', /^HTTP\/1.1 400/],
    [
      'a length and chunks at once',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1.1 400/,
    ],
    [
      'a head without end',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`,
      /^HTTP\/1.1 431/,
    ],
  ])('with %s are refused and do not reach the viewer', async (_what, text, expected) => {
    expect(await line(text)).toMatch(expected);
    expect(seen).toEqual([]);
  });

  it('lead //evil.example to a path and not to a host', async () => {
    const answer = await ask(gateway, '//evil.example/x');
    expect(answer.status).toBe(200);
    expect(seen.map(({ url }) => url)).toEqual(['/evil.example/x']);
  });

  it('are answered in order when they are pipelined', async () => {
    const one = (path: string, connection: string) =>
      `GET ${path} HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nAuthorization: Bearer ${gateway.token}\r\nConnection: ${connection}\r\n\r\n`;
    const answers = await line(
      one('/assets/1', 'keep-alive') + one('/2', 'keep-alive') + one('/assets/3', 'close'),
    );
    expect(answers.match(/local \/assets\/1|the runs|local \/assets\/3/g)).toEqual([
      'local /assets/1',
      'the runs',
      'local /assets/3',
    ]);
  });
});

describe('both loopback addresses', () => {
  it('lead to the viewer', async () => {
    const answer = await ask(gateway, '/', {
      host: '::1',
      headers: { host: `[::1]:${gateway.port}` },
    });
    expect(answer.body).toBe('the runs');
    expect(seen[0]?.headers.host).toBe(`[::1]:${gateway.port}`);
  });
});

describe('local files', () => {
  it('are served without the viewer, to whoever holds the token', async () => {
    expect((await ask(gateway, '/assets/app.js')).body).toBe('local /assets/app.js');
    expect((await ask(gateway, '/assets/app.js', { headers: withoutToken })).status).toBe(401);
    expect(seen).toEqual([]);
  });
});

describe('auth none', () => {
  it('opens without a token and still refuses other origins', async () => {
    const open = await openGateway({
      auth: 'none',
      state: { kind: 'ready', socketPath: viewer.socketPath },
    });
    try {
      expect(open.url).toBe(`http://localhost:${open.port}/`);
      expect((await ask(open, '/', { headers: withoutToken })).body).toBe('the runs');
      const foreign = { headers: { origin: 'https://evil.example' } };
      expect((await ask(open, '/', foreign)).status).toBe(403);
    } finally {
      await open.close();
    }
  });
});

describe('check', () => {
  it("brings the viewer's answer", async () => {
    const answer = await gateway.check('/api/health', AbortSignal.timeout(10_000));
    expect(answer).toMatchObject({ answeredBy: 'viewer', status: 200, body: 'the runs' });
    expect(Object.keys(seen[0]?.headers ?? {})).not.toContain('x-porthole-check');
  });

  it('gets through before the session is said to be ready', async () => {
    gateway.setState({
      kind: 'starting',
      step: 'Opening the tunnel',
      socketPath: viewer.socketPath,
    });
    const answer = await gateway.check('/', AbortSignal.timeout(10_000));
    expect(answer).toMatchObject({ answeredBy: 'viewer', status: 200 });
  });

  it('says that it was the gateway who answered when the socket leads nowhere', async () => {
    gateway.setState({ kind: 'ready', socketPath: `${viewer.socketPath}.gone` });
    const answer = await gateway.check('/', AbortSignal.timeout(10_000));
    expect(answer).toMatchObject({ answeredBy: 'gateway', status: 502 });
    expect(answer.body).toContain('ENOENT');
  });

  it('does not wait for a link that is down', async () => {
    gateway.setState({ kind: 'starting', step: 'Connecting' });
    const answer = await gateway.check('/', AbortSignal.timeout(10_000));
    expect(answer).toMatchObject({ answeredBy: 'gateway', status: 503 });
  });

  it('ends with the reason of its signal', async () => {
    viewer.server.removeAllListeners('request');
    const controller = new AbortController();
    viewer.server.on('request', () => controller.abort(new Error('enough')));
    await expect(gateway.check('/', controller.signal)).rejects.toThrow('enough');
  });

  it('fails by name when the gateway is gone', async () => {
    await gateway.close();
    const check = gateway.check('/', AbortSignal.timeout(10_000));
    await expect(check).rejects.toMatchObject({ code: 'viewer-unhealthy' });
  });
});

it('counts what goes to and from the viewer', async () => {
  await ask(gateway, '/a', { method: 'POST', body: 'x'.repeat(5_000) });
  const { requests, bytesUp, bytesDown } = gateway.traffic;
  expect(requests).toBe(1);
  expect(bytesUp).toBeGreaterThan(5_000);
  expect(bytesDown).toBeGreaterThan('the runs'.length);
});

it('closes its port at once, with a connection open that has sent nothing', async () => {
  const idle = connect({ host: '127.0.0.1', port: gateway.port });
  await new Promise((resolve) => idle.once('connect', resolve));
  const ended = new Promise((resolve) => idle.once('close', resolve));
  await gateway.close();
  await ended;
  await expect(ask(gateway, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
