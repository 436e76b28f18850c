import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip, program, ROOT, SSHD } from '../../lab/have-or-skip.ts';
import { startLab } from '../../lab/lab.ts';
import { runOrThrow } from '../../lab/run.ts';
import { ATTACK_PAGE, type Attempt } from '../../session/gateway/hostile-viewer.ts';
import { makeWorkplace } from '../workplace.ts';

/** A site of the internet, whose name server answers with 127.0.0.1 when it likes. */
const EVIL = 'evil.example';

let browser: Browser | undefined;
let evil: Server;
beforeAll(async () => {
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
});

/** What of the hub is worth an attack. */
const PATHS = {
  ...{ secret: '/api/state', stop: '/api/hub/quit', events: '/api/events', page: '/' },
};

test('a page of another site gets nothing of the hub, by its name or by forged requests, and the log says so', async (context) => {
  haveOrSkip(context, CHROMIUM);
  await using here = await makeWorkplace();
  const porthole = here.start(['viewer', '--no-open']);
  const url = await porthole.text('?token=');
  const { origin, searchParams, port } = new URL(url);
  const token = searchParams.get('token') ?? '';
  const page = await browser?.context.newPage();
  if (page === undefined) throw new Error('No browser');
  // The browser holds the cookie.
  await page.goto(url);
  await page.waitForURL(`${origin}/**`);
  const status = "fetch('/api/state').then((answer) => answer.status)";
  expect(await page.evaluate<number>(status)).toBe(200);

  // DNS rebinding: its page comes from the site's own server, before the name leads here.
  const first = `http://${EVIL}:${port}/first`;
  await page.route(first, (route) => route.fulfill({ contentType: 'text/html', body: 'evil' }));
  await page.goto(first);
  expect(await page.evaluate<number>(status)).toBe(403);
  const quit = "fetch('/api/hub/quit', { method: 'POST' }).then((answer) => answer.status)";
  expect(await page.evaluate<number>(quit)).toBe(403);

  // Forged requests, in every way that a page has.
  const names = ['localhost', '127.0.0.1', '[::1]', EVIL];
  const targets = JSON.stringify(names.map((name) => `http://${name}:${port}`));
  const query = new URLSearchParams({ targets, paths: JSON.stringify(PATHS) });
  await page.goto(`http://${EVIL}:${(evil.address() as AddressInfo).port}/?${query}`);
  const attempts = await page.evaluate<Attempt[]>('window.attempts');
  expect(attempts.length).toBeGreaterThan(60);
  expect(attempts.filter(({ got }) => got !== '')).toEqual([]);

  // It was not ended, and each refusal was noted.
  const authorization = `Bearer ${token}`;
  expect((await fetch(`${origin}/api/state`, { headers: { authorization } })).status).toBe(200);
  await page.close();
  await porthole.end('SIGINT');
  const kept = await here.keptText();
  for (const refusal of [
    'refused GET /api/state: 403 host',
    'refused POST /api/hub/quit: 403 host',
    'refused POST /api/hub/quit: 403 origin',
    'refused GET /: 403 other-page',
  ]) {
    expect(kept).toContain(`Dashboard: ${refusal}`);
  }
  expect(kept).not.toContain(token);
  expect(await here.remains()).toEqual([]);
});

test('a second account, and whoever holds the token of a session, gets nothing of the hub', async (context) => {
  haveOrSkip(context, SSHD, ROOT, program('setpriv', 'util-linux'));
  await using here = await makeWorkplace();
  await using lab = await startLab({ account: {} });
  const porthole = here.start(['viewer', '--no-open']);
  const hub = new URL(await porthole.text('?token='));
  const opened = here.open(lab, ['--viewer', 'builtin', '--storage', lab.home]);
  const session = new URL((await opened.ready()).url);
  const [hubToken, sessionToken] = [hub, session].map((url) => url.searchParams.get('token') ?? '');
  expect(sessionToken).not.toBe(hubToken);

  const ask = async (url: URL, token: string | undefined) => {
    const as = ['--reuid=nobody', '--regid=nogroup', '--clear-groups'];
    const words = ['/usr/bin/python3', '-c', GET, `${url.origin}/api/state`, token ?? ''];
    return (await runOrThrow({ file: 'setpriv', args: [...as, ...words] })).trim();
  };
  for (const name of ['127.0.0.1', '[::1]']) {
    const there = new URL(`http://${name}:${hub.port}/`);
    expect(await ask(there, undefined)).toBe('401');
    expect(await ask(there, sessionToken)).toBe('401');
    expect(await ask(there, hubToken)).toBe('200'); // what is refused is there
  }
  expect(await ask(session, hubToken)).toBe('401');
  // Both live in one hub; what is open is stopped, and the hub ends.
  await here.run(['stop', '--all']);
  await Promise.all([opened.process.exited, porthole.process.exited]);
});

const GET = `
import sys, urllib.error, urllib.request
url, token = sys.argv[1:]
headers = {'Authorization': 'Bearer ' + token} if token else {}
try:
    print(urllib.request.urlopen(urllib.request.Request(url, headers=headers)).status)
except urllib.error.HTTPError as refusal:
    print(refusal.code)
`;
