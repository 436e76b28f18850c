import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../../src/hub/api/routes.ts';
import { REFUSAL_CODES } from '../../../src/hub/api/schema/failure.ts';
import { adviceFor } from '../../../src/hub/dashboard/failure-advice.ts';
import { matchRoute } from '../../../src/hub/dashboard/match-route.ts';
import { openApiDocument } from '../../../src/hub/dashboard/openapi.ts';
import { readHostKey } from '../../../src/hub/dashboard/read-host-key.ts';
import { failStep, takeStep } from '../../../src/hub/dashboard/steps-so-far.ts';
import type { RefusalReason } from '../../../src/session/gateway/guard.ts';

describe('a route', () => {
  test.each([
    ['GET', '/api/state', 'GET /api/state'],
    ['POST', '/api/sessions/stop-all', 'POST /api/sessions/stop-all'],
    ['POST', '/api/sessions/gpu%2Fx/stop', 'POST /api/sessions/{session}/stop'],
    ['DELETE', '/api/openings/o-1', 'DELETE /api/openings/{opening}'],
  ])('is found by method and path: %s %s', (method, path, route) => {
    expect(matchRoute(method, path)).toMatchObject({ kind: 'found', route });
  });

  test('has its names decoded, and none of them empty', () => {
    expect(matchRoute('POST', '/api/sessions/a%20b%2F/stop')).toMatchObject({
      params: { session: 'a b/' },
    });
    expect(matchRoute('POST', '/api/sessions//stop')).toEqual({ kind: 'none' });
    expect(matchRoute('POST', '/api/sessions/%E0%A4%A/stop')).toEqual({ kind: 'none' });
    expect(matchRoute('GET', '/api/hosts/resolve')).toEqual({
      ...{ kind: 'other-method', allowed: ['POST'] },
    });
  });
});

test('the OpenAPI document has every route, each name in its path, and each form of answer', () => {
  const document = openApiDocument('1.2.3') as {
    paths: Record<string, Record<string, { parameters: { name: string; in: string }[] }>>;
  };
  const found = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(found.sort()).toEqual(Object.keys(ROUTES).sort());
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const { parameters } of Object.values(methods)) {
      const names = parameters.flatMap((one) => (one.in === 'path' ? [one.name] : []));
      expect(names).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  }
  expect(JSON.stringify(document)).toContain('text/event-stream');
});

test('every refusal of the guard has its name in the API', () => {
  const reasons: readonly RefusalReason[] = REFUSAL_CODES;
  const all = {
    ...{ target: 1, host: 1, origin: 1, 'other-page': 1, 'service-worker': 1, 'no-token': 1 },
    ...{ 'wrong-token': 1, 'other-account': 1 },
  } satisfies Record<RefusalReason, 1>;
  expect([...reasons].sort()).toEqual(Object.keys(all).sort());
});

describe('a host key', () => {
  const FINGERPRINT = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU';

  test.each([
    `ED25519 key fingerprint is ${FINGERPRINT}.`,
    `ED25519 key fingerprint is: ${FINGERPRINT}`,
  ])('is read from what ssh asks: %s', (line) => {
    const text = `The authenticity of host 'gpu (10.0.0.7)' can't be established.\n${line}\nThis key is not known by any other names.\nAre you sure you want to continue connecting (yes/no/[fingerprint])? `;
    expect(readHostKey(text)).toEqual({
      ...{ host: 'gpu (10.0.0.7)', type: 'ED25519', fingerprint: FINGERPRINT },
    });
  });

  test('is not made up from other words', () => {
    expect(readHostKey('Are you sure you want to continue connecting?')).toBe(null);
    expect(readHostKey(`say: ED25519 key fingerprint is ${FINGERPRINT}.`)).toBe(null);
  });
});

test('commands to test a failure can be pasted, whatever the host is called', () => {
  const { commands } = adviceFor('auth-failed', { host: "$(touch x)'", port: 22 });
  expect(commands[0]).toBe(`ssh -v -p 22 '$(touch x)'\\''' true`);
  expect(adviceFor('auth-failed', { host: 'this machine' }).commands).toEqual([]);
});

test('steps tell what runs, what is done, and where it broke off', () => {
  const start = (step: 'connect' | 'probe') => ({ type: 'step', step, status: 'start' }) as const;
  const at = '2026-01-01T00:00:00.000Z';
  let steps = takeStep([], start('connect'), at);
  steps = takeStep(steps, { ...start('connect'), status: 'done', ms: 5, detail: 'gpu' }, at);
  steps = takeStep(steps, start('probe'), at);
  expect(steps.map(({ step, status, ms }) => [step, status, ms])).toEqual([
    ['connect', 'done', 5],
    ['probe', 'running', null],
  ]);
  expect(failStep(steps, 'cancelled', Date.parse(at) + 70)).toMatchObject([
    { status: 'done', ms: 5 },
    { status: 'cancelled', ms: 70 },
  ]);
});
