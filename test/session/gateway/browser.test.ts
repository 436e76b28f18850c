import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../src/session/gateway/gateway.ts';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip } from '../../lab/have-or-skip.ts';
import {
  ATTACK_PATH,
  type Attempt,
  type HostileViewer,
  startHostileViewer,
} from './hostile-viewer.ts';
import { openGateway } from './raw-http.ts';
import { SECRET, startVictimViewer, type VictimViewer } from './victim-viewer.ts';

let browser: Browser | undefined;
let victim: VictimViewer;
let hostile: HostileViewer;
let victimGateway: Gateway;
let hostileGateway: Gateway;

beforeAll(async () => {
  victim = await startVictimViewer();
  hostile = await startHostileViewer();
  victimGateway = await openGateway({
    sessionId: 'victim',
    state: { kind: 'ready', socketPath: victim.viewer.socketPath },
  });
  hostileGateway = await openGateway({
    sessionId: 'hostile',
    state: { kind: 'ready', socketPath: hostile.viewer.socketPath },
  });
  if (CHROMIUM.have()) browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([victimGateway.close(), hostileGateway.close()]);
  await Promise.all([victim.close(), hostile.close()]);
});

beforeEach(async (context) => {
  haveOrSkip(context, CHROMIUM);
  await browser?.context.clearCookies();
  victim.requests.length = 0;
});

const newPage = () => {
  if (browser === undefined) throw new Error('No browser');
  return browser.context.newPage();
};

describe('the link in a browser', () => {
  it('opens the page, and leaves no token in the address', async () => {
    const page = await newPage();
    await page.goto(`${victimGateway.url}#chart`);
    await page.waitForURL(`http://localhost:${victimGateway.port}/#chart`);
    expect(await page.textContent('body')).toBe(SECRET);
    expect(await page.evaluate<string>('document.cookie')).toBe('');
    await page.close();
  });

  it('failure mode 36: opens the page from a link on another site', async () => {
    const other: Server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(`<a href="${victimGateway.url}">runs</a>`);
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const page = await newPage();
    await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
    await page.click('a');
    await page.waitForURL(`http://localhost:${victimGateway.port}/`);
    expect(await page.textContent('body')).toBe(SECRET);
    await page.close();
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  });

  it('lets the pages of the viewer post their own forms', async () => {
    const page = await newPage();
    await page.goto(victimGateway.url);
    await page.waitForURL(`http://localhost:${victimGateway.port}/`);
    await page.goto(`http://localhost:${victimGateway.port}/form`);
    await page.click('button');
    await page.waitForURL('**/posted');
    expect(await page.textContent('body')).toBe('posted');
    await page.close();
  });
});

describe('a hostile viewer', () => {
  it('gets nothing of another session, though the browser holds the cookies of both', async () => {
    const page = await newPage();
    await page.goto(victimGateway.url);
    await page.waitForURL(`http://localhost:${victimGateway.port}/`);
    expect(await page.textContent('body')).toBe(SECRET);
    await page.goto(hostileGateway.url);
    await page.waitForURL(`http://localhost:${hostileGateway.port}/`);
    victim.requests.length = 0;

    const targets = ['localhost', '127.0.0.1'].map(
      (host) => `http://${host}:${victimGateway.port}`,
    );
    const query = encodeURIComponent(JSON.stringify(targets));
    await page.goto(`http://localhost:${hostileGateway.port}${ATTACK_PATH}?targets=${query}`);
    const attempts = await page.evaluate<Attempt[]>('window.attempts');

    expect(attempts.length).toBeGreaterThan(30);
    expect(attempts.filter(({ got }) => got !== '')).toEqual([]);
    expect(victim.sockets()).toBe(0);
    // A tab can be led anywhere; what is there cannot be read. Nothing else came through.
    expect(victim.requests).toContain('GET /page');
    const byNavigation = ['GET /page', 'GET /favicon.ico'];
    expect(victim.requests.filter((one) => !byNavigation.includes(one))).toEqual([]);

    const received = hostile.received.join('\n');
    expect(hostile.received.length).toBeGreaterThan(2);
    expect(received).not.toMatch(/porthole/i);
    expect(received).not.toContain(victimGateway.token);
    expect(received).not.toContain(hostileGateway.token);

    const again = await newPage();
    await again.goto(`http://localhost:${victimGateway.port}/`);
    expect(await again.textContent('body')).toBe(SECRET);
    await again.close();
    await page.close();
  });
});

describe('a page of a session that is not ready', () => {
  it('changes in place, and becomes the viewer as soon as the session is ready', async () => {
    const gateway = await openGateway({ sessionId: 'waiting', holdMs: 0 });
    try {
      const page = await newPage();
      await page.goto(gateway.url);
      await page.getByText('Opening Runicorn on lab').waitFor();
      let loads = 0;
      page.on('load', () => {
        loads += 1;
      });
      gateway.setState({
        kind: 'reconnecting',
        phase: 'waiting',
        reason: '<img src=x onerror=alert(1)>\u202e',
        sinceMs: Date.now() - 65_000,
      });
      await page.getByText('Reconnecting to lab').waitFor();
      await page.getByText('<img src=x onerror=alert(1)>').waitFor();
      await page.getByText(/Lost 1 min \d+ s ago/).waitFor();
      expect(loads).toBe(0);
      expect(await page.locator('.command').isVisible()).toBe(false);
      gateway.setState({ kind: 'ready', socketPath: victim.viewer.socketPath });
      await page.getByText(SECRET).waitFor();
      expect(loads).toBe(1);
      await page.close();
    } finally {
      await gateway.close();
    }
  });

  it('says so when porthole itself has ended', async () => {
    const gateway = await openGateway({ sessionId: 'ending', holdMs: 0 });
    const page = await newPage();
    await page.goto(gateway.url);
    await page.getByText('Opening Runicorn on lab').waitFor();
    await gateway.close();
    await page.getByText('porthole is no longer running here').waitFor();
    await page.close();
  });

  it('asks again while the viewer does not answer', async () => {
    const gateway = await openGateway({
      sessionId: 'gone',
      state: { kind: 'ready', socketPath: `${victim.viewer.socketPath}.later` },
    });
    try {
      const page = await newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => errors.push(message.text()));
      await page.goto(gateway.url);
      await page.getByText('Runicorn on lab does not answer').waitFor();
      expect(errors.filter((text) => !text.includes('502'))).toEqual([]);
      gateway.setState({ kind: 'ready', socketPath: victim.viewer.socketPath });
      await page.getByText(SECRET).waitFor();
      await page.close();
    } finally {
      await gateway.close();
    }
  });
});
