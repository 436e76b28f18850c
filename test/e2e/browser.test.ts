import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, CHROMIUM, launchBrowser } from '../lab/browser.ts';
import { haveOrSkip } from '../lab/have-or-skip.ts';
import {
  ATTACK_PATH,
  type Attempt,
  type HostileViewer,
  startHostileViewer,
} from '../session/gateway/hostile-viewer.ts';
import { SECRET, startVictimViewer, type VictimViewer } from '../session/gateway/victim-viewer.ts';
import { findOwnPort } from './own-port.ts';
import { shareServer } from './server.ts';
import { makeStandIn } from './stand-in/environment.ts';
import { makeWorkplace } from './workplace.ts';

const server = shareServer();
let browser: Browser;
let victim: VictimViewer;
let hostile: HostileViewer;

beforeAll(async () => {
  [victim, hostile] = await Promise.all([startVictimViewer(), startHostileViewer()]);
  if (CHROMIUM.have()) browser = await launchBrowser();
});
afterAll(async () => {
  await Promise.all([browser?.close(), victim?.close(), hostile?.close()]);
});
beforeEach((context) => haveOrSkip(context, CHROMIUM));

/** What a browser asks for when a tab is led to a page; the icon only where it comes to that. */
const BY_NAVIGATION = ['GET /page', 'GET /favicon.ico'];

describe('in a real browser', () => {
  test('the address shows the runs on the page of Runicorn, and nothing on it fails', async () => {
    await using here = await makeWorkplace();
    const porthole = here.open(server().lab, server().words);
    const { url, localPort } = await porthole.ready();

    const page = await browser.context.newPage();
    const failures: string[] = [];
    page.on('requestfailed', (request) => failures.push(`${request.method()} ${request.url()}`));
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('response', (answer) => {
      if (answer.status() >= 400) failures.push(`${answer.status()} ${answer.url()}`);
    });
    await page.goto(url);
    for (const name of ['narrow', 'wide', 'slow', 'runaway']) {
      await page.getByText(`spirals/${name}`).first().waitFor();
    }
    await page.waitForLoadState('networkidle');
    expect(failures).toEqual([]);
    expect(page.url()).not.toContain('token');
    expect(new URL(page.url()).host).toBe(`localhost:${localPort}`);

    await page.close();
    await porthole.end('SIGINT');
  });

  test('failure mode 36: the address opens from a link on another site, as in a chat or a mail', async () => {
    await using here = await makeWorkplace();
    const porthole = here.open(server().lab, server().words);
    const { url, localPort } = await porthole.ready();
    const chat = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(`<a href="${url}">runs</a>`);
    });
    await once(chat.listen(0, '127.0.0.1'), 'listening');
    try {
      const page = await browser.context.newPage();
      await page.goto(`http://127.0.0.1:${(chat.address() as AddressInfo).port}/`);
      const shown = page.waitForResponse(`http://localhost:${localPort}/`);
      await page.click('a');
      expect((await shown).status()).toBe(200);
      await page.getByText('spirals/narrow').first().waitFor();
      await page.close();
    } finally {
      chat.closeAllConnections();
      chat.close();
    }
    await porthole.end('SIGINT');
  });

  test('shows nothing that it kept of what another viewer had at the same port', async () => {
    await using here = await makeWorkplace();
    const { lab, storage, words } = server();
    const standIn = join(lab.directory, 'other-version');
    await makeStandIn(standIn, victim.viewer.socketPath);
    const page = await browser.context.newPage();
    const show = async (given: readonly string[]) => {
      const porthole = here.open(lab, given);
      const { url, localPort } = await porthole.ready();
      await page.goto(url);
      await page.waitForURL(`http://localhost:${localPort}/`);
      const shown = await page.textContent('body');
      await porthole.end('SIGINT');
      return { localPort, shown };
    };
    // Nobody else's in between: porthole's own range is every other test's as well.
    const port = ['--port', String(await findOwnPort())];
    const first = await show([...words, ...port]);
    const second = await show(['--env', standIn, '--storage', storage, ...port]);
    expect([first.shown, second.shown]).toEqual([expect.stringContaining('Runicorn'), SECRET]);
    await page.close();
  });

  test('a hostile viewer gets nothing of another session of the same hub', async () => {
    await using here = await makeWorkplace();
    const { lab, storage } = server();
    const open = async (name: string, socketPath: string) => {
      const environment = join(lab.directory, name);
      await makeStandIn(environment, socketPath);
      const porthole = here.open(lab, ['--env', environment, '--storage', storage]);
      return { porthole, ...(await porthole.ready()) };
    };
    const good = await open('victim', victim.viewer.socketPath);
    const evil = await open('hostile', hostile.viewer.socketPath);
    expect((await evil.porthole.process.exited).exitCode).toBe(0);

    // The browser holds the cookies of both.
    const page = await browser.context.newPage();
    await page.goto(good.url);
    await page.waitForURL(`http://localhost:${good.localPort}/`);
    expect(await page.textContent('body')).toBe(SECRET);
    await page.goto(evil.url);
    await page.waitForURL(`http://localhost:${evil.localPort}/`);
    victim.requests.length = 0;

    const names = ['localhost', '127.0.0.1', '[::1]'];
    const targets = names.map((name) => `http://${name}:${good.localPort}`);
    const query = encodeURIComponent(JSON.stringify(targets));
    await page.goto(`http://localhost:${evil.localPort}${ATTACK_PATH}?targets=${query}`);
    const attempts = await page.evaluate<Attempt[]>('window.attempts');
    expect(attempts.length).toBeGreaterThan(50);
    expect(attempts.filter(({ got }) => got !== '')).toEqual([]);
    expect(victim.sockets()).toBe(0);
    // A tab can be led anywhere; what is there cannot be read. Nothing else came through.
    expect(victim.requests).toContain('GET /page');
    expect(victim.requests.filter((one) => !BY_NAVIGATION.includes(one))).toEqual([]);

    const received = hostile.received.join('\n');
    expect(received).toContain(ATTACK_PATH);
    for (const { url } of [good, evil]) {
      expect(received).not.toContain(new URL(url).searchParams.get('token'));
    }
    expect(received).not.toMatch(/porthole/i);

    // Its answers, which set cookies and clear others, have not ended the session beside it.
    await page.goto(`http://localhost:${good.localPort}/`);
    expect(await page.textContent('body')).toBe(SECRET);
    await page.close();
    await good.porthole.end('SIGINT');
  });
});
