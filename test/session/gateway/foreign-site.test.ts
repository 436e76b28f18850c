import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/core/logger.ts';
import type { Gateway } from '../../../src/session/gateway/gateway.ts';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip } from '../../lab/have-or-skip.ts';
import { ATTACK_PAGE, type Attempt } from './hostile-viewer.ts';
import { openGateway } from './raw-http.ts';
import { SECRET, startVictimViewer, type VictimViewer } from './victim-viewer.ts';

/** A site of the internet, whose name server answers with 127.0.0.1 when it likes. */
const EVIL = 'evil.example';

let browser: Browser | undefined;
let victim: VictimViewer;
let gateway: Gateway;
let evil: Server;
const log: string[] = [];

beforeAll(async () => {
  victim = await startVictimViewer();
  gateway = await openGateway({
    sessionId: 'victim',
    state: { kind: 'ready', socketPath: victim.viewer.socketPath },
    logger: createLogger('debug', (_, line) => log.push(line)),
  });
  evil = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(ATTACK_PAGE);
  }).listen(0, '127.0.0.1');
  await once(evil, 'listening');
  if (CHROMIUM.have()) browser = await launchBrowser({ namesHere: [EVIL] });
});

afterAll(async () => {
  await browser?.close();
  evil.closeAllConnections();
  evil.close();
  await gateway.close();
  await victim.close();
});

beforeEach((context) => haveOrSkip(context, CHROMIUM));

/** A page of the browser that has just logged in to the gateway. */
const loggedIn = async () => {
  if (browser === undefined) throw new Error('No browser');
  const page = await browser.context.newPage();
  await page.goto(gateway.url);
  await page.waitForURL(`http://localhost:${gateway.port}/`);
  expect(await page.textContent('body')).toBe(SECRET);
  [victim.requests, log].map((list) => list.splice(0));
  return page;
};

const refusals = () => log.filter((line) => line.startsWith('Gateway: refused'));

describe('a page of another site', () => {
  test('that has its name lead to this machine (DNS rebinding) is refused by Host', async () => {
    const page = await loggedIn();
    const answer = await page.goto(`http://${EVIL}:${gateway.port}/`);
    expect(answer?.status()).toBe(403);
    expect(await page.textContent('body')).not.toContain(SECRET);
    // Its page comes from the site's own server, before the name leads here.
    const first = `http://${EVIL}:${gateway.port}/first`;
    await page.route(first, (route) => route.fulfill({ contentType: 'text/html', body: 'evil' }));
    await page.goto(first);
    // To the browser, what it now asks for is of its own origin.
    const ask = (method: string) =>
      page.evaluate<string>(`fetch('/api/secret', { method: '${method}' })
        .then(async (answer) => answer.status + ' ' + await answer.text())`);
    for (const method of ['GET', 'POST', 'DELETE']) {
      const got = await ask(method);
      expect(got).toMatch(/^403 /);
      expect(got).not.toContain(SECRET);
      expect(refusals()).toContain(`Gateway: refused ${method} /api/secret: 403 host`);
    }
    expect(victim.requests).toEqual([]);
    await page.close();
  });

  test('that forges requests by form, image, script, frame, fetch, EventSource and WebSocket gets nothing', async () => {
    const page = await loggedIn();
    const names = ['localhost', '127.0.0.1', '[::1]', EVIL];
    const targets = names.map((name) => `http://${name}:${gateway.port}`);
    const query = encodeURIComponent(JSON.stringify(targets));
    const { port } = evil.address() as AddressInfo;
    await page.goto(`http://${EVIL}:${port}/?targets=${query}`);
    const attempts = await page.evaluate<Attempt[]>('window.attempts');
    expect(attempts.length).toBeGreaterThan(60);
    expect(attempts.filter(({ got }) => got !== '')).toEqual([]);
    expect(victim.sockets()).toBe(0);
    // Led there by another site, a tab brings no cookie: not even the page goes through.
    expect(victim.requests).toEqual([]);

    const told = refusals();
    for (const reason of ['host', 'origin', 'other-page', 'no-token']) {
      expect(told).toContainEqual(expect.stringMatching(new RegExp(`: 40[13] ${reason}$`)));
    }
    expect(log.join('\n')).not.toContain(gateway.token);
    await page.close();
  });

  test('that puts the page of a session into a frame sees the frame refused', async () => {
    const page = await loggedIn();
    const { port } = evil.address() as AddressInfo;
    await page.goto(`http://${EVIL}:${port}/?targets=[]`);
    const [answer] = await Promise.all([
      page.waitForResponse(`http://localhost:${gateway.port}/`),
      page.evaluate(`document.body.append(Object.assign(document.createElement('iframe'),
        { src: 'http://localhost:${gateway.port}/' })) ?? null`),
    ]);
    expect(answer.status()).toBe(403);
    expect(victim.requests).toEqual([]);
    expect(refusals()).toContain('Gateway: refused GET /: 403 other-page');
    await page.close();
  });
});
