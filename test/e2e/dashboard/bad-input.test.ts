import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FailureAnswer, Target } from '../../../src/hub/api/contract.ts';
import { CLIENT_KEY_FILE } from '../../lab/client-config.ts';
import { haveOrSkip, SSHD } from '../../lab/have-or-skip.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { makeWorkplace, type Workplace } from '../workplace.ts';
import { type LabDashboard, startDashboard } from './dashboard.ts';

let lab: Lab;
let here: Workplace;
let dashboard: LabDashboard;
beforeAll(async () => {
  if (!SSHD.have()) return;
  [lab, here] = await Promise.all([startLab(), makeWorkplace()]);
  dashboard = await startDashboard(here, lab);
});
afterAll(async () => {
  await here?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});
beforeEach((context) => haveOrSkip(context, SSHD));

const target = (change: object = {}): Target =>
  ({
    ...{ kind: 'ssh', host: 'lab', port: null, user: null, auth: { kind: 'config' } },
    ...change,
  }) as Target;

const openWith = (change: object) =>
  dashboard.refused('POST /api/openings', { body: { target: target(change) } });

const raw = async (path: string, init: RequestInit) => {
  const answer = await dashboard.fetch(path, init);
  const text = await answer.text();
  return { status: answer.status, text, error: text === '' ? undefined : JSON.parse(text).error };
};

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a host field', () => {
  test.each([
    ['is empty', ''],
    ['has a space', 'gpu server'],
    ['begins with a dash', '-oProxyCommand=touch /tmp/x'],
    ['has a dash behind its user', 'ada@-oProxyCommand=x'],
    ['has a control character', 'gpu\u0007'],
    ['has a line break', 'gpu\nserver'],
    ['has ten thousand characters', 'g'.repeat(10_000)],
  ])('that %s is refused with the field, and nothing is begun', async (_, host) => {
    const { status, error } = await openWith({ host });
    expect([status, error.code, error.field]).toEqual([422, 'invalid-host', 'target.host']);
    expect(error.message.length).toBeLessThan(300);
    expect((await dashboard.call('GET /api/state')).openings).toEqual([]);
  });

  test.each([0, 70_000, -1, 22.5, 'text', '22', null])('port %s', async (port) => {
    if (port === null) return;
    const { status, error } = await openWith({ port });
    expect([status, error.code, error.field]).toEqual([400, 'bad-request', 'target.port']);
  });

  test.each(['-oProxyCommand=x', 'a b', 'a@b', 'a\u0000'])('user %j', async (user) => {
    const { status, error } = await openWith({ user });
    expect([status, error.code, error.field]).toEqual([422, 'invalid-host', 'target.user']);
  });
});

describe('a key file', () => {
  const keyAt = async (path: string) => {
    const { status, error } = await openWith({ auth: { kind: 'key', path } });
    expect([status, error.code, error.field]).toEqual([422, 'key-unusable', 'target.auth.path']);
    return error.message;
  };

  test('that is not there', async () => {
    expect(await keyAt('/nowhere/id')).toBe('There is no file /nowhere/id.');
    expect(await keyAt('id_ed25519')).toContain('is not a whole path');
  });

  test('that is a directory, the public half, or something else', async () => {
    const key = join(lab.directory, CLIENT_KEY_FILE);
    expect(await keyAt(lab.directory)).toContain('is a directory');
    expect(await keyAt(`${key}.pub`)).toContain('is the public half');
    expect(await keyAt(lab.configFile)).toContain('is no private key');
  });

  test('that others can read, with the command that mends it', async () => {
    const path = join(here.directory, 'open-key');
    await writeFile(path, '-----BEGIN OPENSSH PRIVATE KEY-----\n');
    await chmod(path, 0o644);
    expect(await keyAt(path)).toBe(`Others may read ${path}, so ssh refuses it: chmod 600 ${path}`);
  });
});

describe('the API', () => {
  test.each([
    ['malformed JSON', '{"target":', JSON_TYPE, 400, 'bad-request'],
    ['a wrong type', '{"target": 5}', JSON_TYPE, 400, 'bad-request'],
    [
      'a field that there is not',
      '{"target":{"kind":"here"},"x":1}',
      JSON_TYPE,
      400,
      'bad-request',
    ],
    ['a form of another page', 'target=x', { 'content-type': 'text/plain' }, 400, 'bad-request'],
    ['a body without end', `"${'x'.repeat(70_000)}"`, JSON_TYPE, 413, 'body-too-large'],
  ])('refuses %s', async (_, body, headers, status, code) => {
    const answer = await raw('/api/openings', { method: 'POST', body, headers });
    expect([answer.status, answer.error.code]).toEqual([status, code]);
  });

  test('repeats nothing of a body that it refuses: it may hold a secret', async () => {
    const path = '/api/prompts/p-1/answer';
    for (const body of ['{"kind":"answer","text":"hunter2"', '{"kind":"hunter2"}', '"hunter2"']) {
      const answer = await raw(path, { method: 'POST', body, headers: JSON_TYPE });
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('hunter2');
    }
    expect(await here.keptText()).not.toContain('hunter2');
  });

  test('has nobody by an id that there is not', async () => {
    const gone = { params: { opening: 'o-99', prompt: 'p-99', session: 'none', saved: 'k-99' } };
    const routes = [
      ...['POST /api/openings/{opening}/cancel', 'GET /api/openings/{opening}/question'],
      ...['POST /api/sessions/{session}/ticket', 'POST /api/sessions/{session}/stop'],
      ...['POST /api/sessions/{session}/retry', 'GET /api/sessions/{session}/log'],
      ...['DELETE /api/saved/{saved}', 'POST /api/saved/{saved}/open', 'GET /api/nothing'],
    ] as const;
    for (const route of routes) {
      expect([route, (await dashboard.refused(route as 'GET /api/state', gone)).status]).toEqual([
        ...[route, 404],
      ]);
    }
    const answer = { ...gone, body: { kind: 'cancel' } };
    expect((await dashboard.refused('POST /api/prompts/{prompt}/answer', answer)).status).toBe(404);
  });

  test('lets in nobody without the token, from another page, or by another name', async () => {
    const { origin } = new URL(dashboard.url);
    const bare = await fetch(`${origin}/api/state`);
    const { error } = (await bare.json()) as FailureAnswer;
    expect([bare.status, error.code]).toEqual([401, 'no-token']);
    const wrong = await raw('/api/state', { headers: { authorization: 'Bearer x' } });
    expect([wrong.status, wrong.error.code]).toEqual([401, 'wrong-token']);
    const foreign = await raw('/api/state', { headers: { origin: 'http://localhost:8081' } });
    expect([foreign.status, foreign.error.code]).toEqual([403, 'origin']);
    const sideways = await raw('/api/state', { headers: { 'sec-fetch-site': 'same-site' } });
    expect([sideways.status, sideways.error.code]).toEqual([403, 'other-page']);
  });

  test('changes nothing by GET, and says what a path is for', async () => {
    for (const path of ['/api/openings', '/api/sessions/stop-all', '/api/hub/quit']) {
      const answer = await dashboard.fetch(path);
      expect([path, answer.status]).toEqual([path, 405]);
      expect(answer.headers.get('allow')).toMatch(/^POST/);
    }
  });

  test('is kept by no cache and shown in no frame', async () => {
    const answer = await dashboard.fetch('/api/state');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    const page = await dashboard.fetch('/');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'/,
    );
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(await page.text()).not.toMatch(/<script>|<style|\son\w+=/);
  });

  test('answers on both loopback addresses', async () => {
    const { port } = new URL(dashboard.url);
    for (const host of ['127.0.0.1', '[::1]']) {
      const answer = await fetch(`http://${host}:${port}/api/state`).catch(() => undefined);
      expect([host, answer?.status]).toEqual([host, 401]);
    }
  });
});

describe('what is kept', () => {
  test('a damaged file of saved connections is kept aside, and porthole starts afresh', async () => {
    await using place = await makeWorkplace();
    await mkdir(join(place.env.PORTHOLE_HOME, 'config'), { recursive: true });
    await writeFile(join(place.env.PORTHOLE_HOME, 'config', 'saved.json'), '{"version": 1, "conn');
    const one = await startDashboard(place, lab);
    expect((await one.call('GET /api/state')).saved).toEqual([]);
    const body = { name: 'mine', target: target(), viewer: null, environment: null, storage: null };
    await one.call('POST /api/saved', { body });
    const kept = await place.keptText();
    expect(kept).toContain('{"version": 1, "conn');
    expect(kept).toContain('"name": "mine"');
    await one.porthole.end('SIGINT');
  });

  test('settings that were damaged by hand are not written over', async () => {
    await using place = await makeWorkplace();
    await mkdir(join(place.env.PORTHOLE_HOME, 'config'), { recursive: true });
    await writeFile(join(place.env.PORTHOLE_HOME, 'config', 'settings.json'), '{"graceS": 5');
    const one = await startDashboard(place, lab);
    expect((await one.call('GET /api/state')).settings.graceS).toBe(120);
    const refused = await one.refused('PATCH /api/settings', { body: { theme: 'dark' } });
    expect([refused.status, refused.error.code]).toEqual([422, 'settings-invalid']);
    expect(await place.keptText()).toContain('{"graceS": 5');
    await one.porthole.end('SIGINT');
  });
});
