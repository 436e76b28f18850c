import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Gateway } from '../../../src/session/gateway/gateway.ts';
import { createTickets } from '../../../src/session/gateway/tickets.ts';
import { createFakeClock } from '../../lab/fake-clock.ts';
import { haveOrSkip, program, ROOT } from '../../lab/have-or-skip.ts';
import { runOrThrow } from '../../lab/run.ts';
import { type FakeViewer, startFakeViewer } from './fake-viewer.ts';
import { ask, openGateway } from './raw-http.ts';

describe('the address that a browser is started with', () => {
  let viewer: FakeViewer;
  let gateway: Gateway;
  beforeEach(async () => {
    viewer = await startFakeViewer((_, response) => response.end('the runs'));
    gateway = await openGateway({ state: { kind: 'ready', socketPath: viewer.socketPath } });
  });
  afterEach(async () => {
    await gateway.close();
    await viewer.close();
  });

  const headers = { authorization: '', accept: 'text/html' };
  const pathOf = (url: string) => new URL(url).pathname + new URL(url).search;

  test('does not hold the token, and lets in once', async () => {
    const url = gateway.ticketUrl();
    expect(url).not.toContain(gateway.token);
    const first = await ask(gateway, pathOf(url), { headers });
    expect(first.status).toBe(200);
    const cookie = first.message.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await ask(gateway, '/', { headers: { ...headers, cookie } })).body).toBe('the runs');

    expect((await ask(gateway, pathOf(url), { headers })).status).toBe(401);
    expect((await ask(gateway, pathOf(gateway.ticketUrl()), { headers })).status).toBe(200);
  });

  test('is used up by no request that is refused for where it comes from', async () => {
    const path = pathOf(gateway.ticketUrl());
    const origin = 'https://evil.example';
    expect((await ask(gateway, path, { headers: { ...headers, origin } })).status).toBe(403);
    expect((await ask(gateway, path, { headers })).status).toBe(200);
  });

  test('lets in nobody but the account that runs porthole, and root', async (context) => {
    haveOrSkip(context, ROOT, program('setpriv', 'util-linux'));
    const url = gateway.ticketUrl().replace('localhost', '127.0.0.1');
    const fetch = `import urllib.request, urllib.error
try:
    print(urllib.request.urlopen(${JSON.stringify(url)}).status)
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())`;
    const nobody = ['--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups'];
    const said = await runOrThrow({
      file: 'setpriv',
      args: [...nobody, '/usr/bin/python3', '-I', '-c', fetch],
    });
    expect(said).toMatch(/^403 .*other-account/);
    expect((await ask(gateway, pathOf(url), { headers })).status).toBe(401);
  });
});

describe('tickets', () => {
  test('end after two minutes, or when many more have been issued', () => {
    const clock = createFakeClock();
    const tickets = createTickets(clock);
    const first = tickets.issue();
    clock.advance(119_000);
    const second = tickets.issue();
    expect(tickets.valid()).toEqual([first, second]);
    clock.advance(1000);
    expect(tickets.valid()).toEqual([second]);
    for (let i = 0; i < 16; i++) tickets.issue();
    expect(tickets.valid()).not.toContain(second);
    expect(tickets.valid()).toHaveLength(16);
  });
});
