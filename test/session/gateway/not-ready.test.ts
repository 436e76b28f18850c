import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { createDeferred, type Deferred } from '../../../src/core/deferred.ts';
import type { Gateway } from '../../../src/session/gateway/gateway.ts';
import type { GatewayState } from '../../../src/session/gateway/link.ts';
import { type FakeViewer, startFakeViewer } from './fake-viewer.ts';
import { ask, openGateway } from './raw-http.ts';

let viewer: FakeViewer;
let gateway: Gateway;
let waits: { ms: number; pass: () => void }[];
let nextWait: Deferred<void>;

/** Time-outs are collected here and pass only when a test lets them. */
const heldClock: Clock = {
  ...systemClock,
  timeout: (ms) => {
    const controller = new AbortController();
    waits.push({ ms, pass: () => controller.abort() });
    nextWait.resolve();
    return { signal: controller.signal, cancel: () => undefined };
  },
};

beforeEach(async () => {
  waits = [];
  nextWait = createDeferred();
  viewer = await startFakeViewer((request, response) => request.pipe(response));
  gateway = await openGateway({ clock: heldClock });
});

afterEach(async () => {
  await gateway.close();
  await viewer.close();
});

const ready = (): GatewayState => ({ kind: 'ready', socketPath: viewer.socketPath });
const reconnecting = (phase: 'waiting' | 'needs-authentication'): GatewayState => ({
  kind: 'reconnecting',
  phase,
  reason: 'Timeout, server lab not responding.',
  sinceMs: 0,
});
const html = { headers: { accept: 'text/html' } };

describe('a request while the link is down', () => {
  it('waits, body and all, and is served once the link is back', async () => {
    gateway.setState(reconnecting('waiting'));
    const answer = ask(gateway, '/', { method: 'POST', body: 'kept' });
    await nextWait.promise;
    expect(waits.map(({ ms }) => ms)).toEqual([10_000]);
    gateway.setState(ready());
    expect((await answer).body).toBe('kept');
  });

  it('is told to come again when it takes too long', async () => {
    const asked = ask(gateway, '/');
    await nextWait.promise;
    waits[0]?.pass();
    const answer = await asked;
    expect([answer.status, answer.message.headers['retry-after']]).toEqual([503, '1']);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'starting' } });
  });

  it('of a person gets the page soon, since the page follows the state by itself', async () => {
    const asked = ask(gateway, '/', html);
    await nextWait.promise;
    expect(waits.map(({ ms }) => ms)).toEqual([1_000]);
    waits[0]?.pass();
    const answer = await asked;
    expect(answer.status).toBe(503);
    expect(answer.body).toContain('Opening Runicorn on lab');
  });

  it.each<[string, GatewayState, string]>([
    ['a person is needed', reconnecting('needs-authentication'), 'porthole retry lab'],
    ['the session has ended', { kind: 'stopped', reason: 'Stopped by you.' }, 'Stopped by you.'],
    ['it has failed', { kind: 'failed', message: 'No memory.', hint: 'Add some.' }, 'Add some.'],
  ])('does not wait when %s', async (_what, state, text) => {
    gateway.setState(state);
    const answer = await ask(gateway, '/', html);
    expect(answer.status).toBe(503);
    expect(answer.body).toContain(text);
    expect(waits).toEqual([]);
  });

  it('stops waiting as soon as there is nothing to wait for', async () => {
    const asked = ask(gateway, '/');
    await nextWait.promise;
    gateway.setState({ kind: 'stopped', reason: '' });
    expect(JSON.parse((await asked).body)).toMatchObject({ error: { code: 'stopped' } });
  });
});

describe('the pages', () => {
  it('hold back what a server says: no markup, no control characters, no second line', async () => {
    gateway.setState({
      kind: 'failed',
      message: '</p><script>alert(1)</script>\u001b[31m\u202eevil\nline',
      hint: '"><img src=x>',
    });
    const { body } = await ask(gateway, '/', html);
    const held = ['<script>alert', '<img', '\u001b', '\u202e', 'evil\n'];
    expect(held.filter((text) => body.includes(text))).toEqual([]);
    expect(body).toContain('&#60;script&#62;alert(1)');
  });

  it('load nothing, are framed by no one, and run their own script only', async () => {
    gateway.setState({ kind: 'stopped', reason: '' });
    const { message, body } = await ask(gateway, '/', html);
    const policy = message.headers['content-security-policy'];
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(body).not.toMatch(/https?:\/\//);
    expect(message.headers['cache-control']).toBe('no-store');
  });
});

describe('the state', () => {
  it('is told as JSON', async () => {
    gateway.setState(ready());
    const { body } = await ask(gateway, '/.porthole/state');
    expect(JSON.parse(body)).toEqual({ version: 1, state: 'ready', page: null });
  });

  it('is told to no one without the token', async () => {
    const answer = await ask(gateway, '/.porthole/state', { headers: { authorization: '' } });
    expect(answer.status).toBe(401);
  });

  it('has a path of which no viewer hears', async () => {
    gateway.setState(ready());
    const answer = await ask(gateway, '/.porthole/other', { method: 'POST', body: 'x' });
    expect(answer.status).toBe(404);
  });
});
