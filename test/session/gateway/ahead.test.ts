import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeferred } from '../../../src/core/deferred.ts';
import type { Gateway } from '../../../src/session/gateway/gateway.ts';
import { createFakeClock, type FakeClock } from '../../lab/fake-clock.ts';
import { type FakeViewer, startFakeViewer } from './fake-viewer.ts';
import { ask, openGateway } from './raw-http.ts';

const ROWS = '/api/rows?limit=2';

describe('what a page will ask for first', () => {
  let viewer: FakeViewer;
  let gateway: Gateway;
  let clock: FakeClock;
  /** Paths that the viewer was asked for. */
  let asked: string[];
  let status: number;
  /** The viewer answers when this has come. */
  let answering: Promise<void>;

  beforeEach(async () => {
    asked = [];
    status = 200;
    answering = Promise.resolve();
    viewer = await startFakeViewer(async ({ url = '' }, response) => {
      asked.push(url);
      await answering;
      response.writeHead(status, { 'Content-Type': 'x/rows', 'Content-Encoding': 'gzip' });
      response.end(gzipSync(`rows ${asked.length}`));
    });
    clock = createFakeClock();
    gateway = await openGateway({ clock });
    gateway.setState({ kind: 'starting', step: 'Starting', socketPath: viewer.socketPath });
  });

  afterEach(async () => {
    await gateway.close();
    await viewer.close();
  });

  const askAhead = () => gateway.askAhead([ROWS], new AbortController().signal);
  const becomeReady = () => gateway.setState({ kind: 'ready', socketPath: viewer.socketPath });
  const untilAsked = (times: number) => vi.waitFor(() => expect(asked).toHaveLength(times));
  const askAsPage = (headers = { 'accept-encoding': 'gzip, br' }) =>
    ask(gateway, ROWS, { headers });

  it('is there when the page is, and serves it once', async () => {
    askAhead();
    await untilAsked(1);
    becomeReady();
    const { status: given, message } = await askAsPage();
    expect(given).toBe(200);
    expect(message.headers).toMatchObject({ 'content-type': 'x/rows', 'content-encoding': 'gzip' });
    expect(asked).toEqual([ROWS]);
    await askAsPage();
    expect(asked).toEqual([ROWS, ROWS]);
  });

  it('is waited for where it is still on its way, and not asked for again', async () => {
    const answer = createDeferred<void>();
    answering = answer.promise;
    askAhead();
    await untilAsked(1);
    askAhead();
    becomeReady();
    const answered = askAsPage();
    answer.resolve();
    expect((await answered).status).toBe(200);
    expect(asked).toEqual([ROWS]);
  });

  it('is no substitute for an answer: what failed is asked for again', async () => {
    status = 503;
    askAhead();
    await untilAsked(1);
    becomeReady();
    status = 200;
    expect((await askAsPage()).status).toBe(200);
    expect(asked).toEqual([ROWS, ROWS]);
  });

  it('is forgotten where nobody comes for it, or cannot read it', async () => {
    askAhead();
    await untilAsked(1);
    becomeReady();
    await askAsPage({ 'accept-encoding': 'identity' });
    expect(asked).toHaveLength(2);
    clock.advance(60_000);
    await askAsPage();
    expect(asked).toHaveLength(3);
  });

  it('is given to nobody whom the guard turns away, and not before the session is ready', async () => {
    askAhead();
    await untilAsked(1);
    const { status: refused } = await ask(gateway, ROWS, {
      headers: { authorization: 'Bearer x', 'accept-encoding': 'gzip' },
    });
    expect(refused).toBe(401);
    gateway.setState({ kind: 'stopped', reason: 'gone' });
    expect((await askAsPage()).status).toBe(503);
  });
});
