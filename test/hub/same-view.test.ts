import { describe, expect, test } from 'vitest';
import { type OpenedSession, sameView } from '../../src/hub/same-view.ts';
import type { OpenRequest } from '../../src/session/open-request.ts';
import type { LaunchPlan } from '../../src/session/plan.ts';
import type { Session } from '../../src/session/session.ts';
import { choiceOf } from '../../src/session/store.ts';
import type { ViewerAdapter } from '../../src/viewers/adapter.ts';
import { viewerOf } from '../../src/viewers/registry.ts';

const REQUEST: OpenRequest = {
  target: { host: 'gpu' },
  sshEnvironment: {},
  ...{
    viewer: null,
    command: null,
    adopt: null,
    environment: null,
    storage: null,
    access: 'read-only',
    localPort: null,
  },
  ...{ choice: 'remembered', confirmation: 'ask', auth: 'token', timeoutMs: 1, graceS: 1 },
};

const planIn = (name: string): LaunchPlan => ({
  kind: 'launch',
  viewer: viewerOf('runicorn'),
  viewerVersion: '0.6.0',
  environment: { name, kind: 'venv', prefix: `/e/${name}`, python: `/e/${name}/bin/python` },
  storage: '/data',
  access: 'read-only',
});

const readyWith = (plan: LaunchPlan, localPort: number): OpenedSession => {
  const record = { name: `gpu-${localPort}`, target: REQUEST.target, plan, localPort };
  const session = { record: { ...record, url: '', startedAtMs: 0 } } as Session;
  return { request: REQUEST, session };
};

const ready = [readyWith(planIn('a'), 8081), readyWith(planIn('b'), 8083)];
const foundFor = (request: Partial<OpenRequest>, remembered = planIn('b')) =>
  sameView(ready, { ...REQUEST, ...request }, choiceOf(remembered))?.record.name;

describe('an open session is what a request asks for', () => {
  test('when it shows what was opened last and nothing is named', () => {
    expect(foundFor({})).toBe('gpu-8083');
    expect(foundFor({}, planIn('stopped'))).toBeUndefined();
  });

  test('when environment and storage are named, whatever was opened last', () => {
    expect(foundFor({ environment: 'a', storage: '/data' })).toBe('gpu-8081');
    expect(foundFor({ environment: '/e/a/', storage: '/data' })).toBe('gpu-8081');
    expect(foundFor({ environment: 'a', storage: '/other' })).toBeUndefined();
  });

  test('when viewer and storage are named, and the viewer needs no environment', () => {
    const bundled = { ...planIn('none'), viewer: viewerOf('builtin'), environment: null };
    const { version } = viewerOf('builtin') as ViewerAdapter & { comes: 'with-porthole' };
    const open = [readyWith({ ...bundled, viewerVersion: version }, 8085)];
    const asked = { ...REQUEST, viewer: 'builtin', storage: '/data' };
    expect(sameView(open, asked, undefined)?.record.name).toBe('gpu-8085');
    expect(sameView(open, { ...asked, storage: '/other' }, undefined)).toBeUndefined();
  });

  test.each([
    ['asks to pick', { choice: 'pick' }],
    ['asks for another port', { localPort: 9000 }],
    ['asks for no token', { auth: 'none' }],
    ['asks for another viewer', { viewer: 'builtin' }],
    ['asks for the right to write', { access: 'manage' }],
  ] satisfies [string, Partial<OpenRequest>][])('but not when the request %s', (_, request) => {
    expect(foundFor(request)).toBeUndefined();
  });

  test('also when the request asks for the port that it has', () => {
    expect(foundFor({ localPort: 8083 })).toBe('gpu-8083');
  });
});
