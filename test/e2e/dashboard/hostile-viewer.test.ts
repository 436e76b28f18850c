import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/hub/api/contract.ts';
import type { Gateway } from '../../../src/session/gateway/gateway.ts';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip } from '../../lab/have-or-skip.ts';
import {
  ATTACK_PATH,
  type Attempt,
  type HostileViewer,
  startHostileViewer,
} from '../../session/gateway/hostile-viewer.ts';
import { openGateway } from '../../session/gateway/raw-http.ts';
import { makeWorkplace } from '../workplace.ts';

let browser: Browser | undefined;
let hostile: HostileViewer;
let gateway: Gateway;

beforeAll(async () => {
  hostile = await startHostileViewer();
  const { socketPath } = hostile.viewer;
  gateway = await openGateway({ sessionId: 'hostile', state: { kind: 'ready', socketPath } });
  if (CHROMIUM.have()) browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await gateway.close();
  await hostile.close();
});
beforeEach((context) => haveOrSkip(context, CHROMIUM));

/** What of the hub is worth an attack. */
const PATHS = {
  ...{ secret: '/api/state', stop: '/api/hub/quit', events: '/api/events', page: '/' },
};

test('a hostile viewer gets nothing of the hub, whose cookie its browser holds', async () => {
  await using here = await makeWorkplace();
  const porthole = here.start(['viewer', '--no-open']);
  const url = await porthole.text('?token=');
  const { origin, searchParams, port } = new URL(url);
  const token = searchParams.get('token') ?? '';
  const page = await browser?.context.newPage();
  if (page === undefined) throw new Error('No browser');

  await page.goto(url);
  await page.waitForURL(`${origin}/**`);
  const own = await page.evaluate<number>("fetch('/api/state').then((answer) => answer.status)");
  expect(own).toBe(200);

  const targets = ['localhost', '127.0.0.1'].map((host) => `http://${host}:${port}`);
  const query = `targets=${encodeURIComponent(JSON.stringify(targets))}`;
  const paths = `paths=${encodeURIComponent(JSON.stringify(PATHS))}`;
  await page.goto(gateway.url);
  await page.waitForURL(`http://localhost:${gateway.port}/`);
  await page.goto(`http://localhost:${gateway.port}${ATTACK_PATH}?${query}&${paths}`);
  const attempts = await page.evaluate<Attempt[]>('window.attempts');
  expect(attempts.length).toBeGreaterThan(30);
  expect(attempts.filter(({ got }) => got !== '')).toEqual([]);
  const received = hostile.received.join('\n');
  expect(received).not.toContain(token);
  expect(received).not.toMatch(/porthole-hub/);

  // It was not ended, and nothing has happened there.
  const authorization = `Bearer ${token}`;
  const answer = await fetch(`${origin}/api/state`, { headers: { authorization } });
  expect(((await answer.json()) as Snapshot).index).toBe(0);
  await page.close();
  await porthole.end('SIGINT');
  expect(await here.remains()).toEqual([]);
});
