import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeferred } from '../../src/core/deferred.ts';
import type { Connection } from '../../src/remote/connection.ts';
import { joinEarly } from '../../src/session/early-join.ts';
import type { CheckResult } from '../../src/session/gateway/check.ts';
import type { Gateway } from '../../src/session/gateway/gateway.ts';
import type { LaunchPlan } from '../../src/session/plan.ts';
import { viewerOf } from '../../src/viewers/registry.ts';

const SOCKET = '/tmp/porthole-1000/s-1/viewer.sock';

const PLAN = {
  kind: 'launch',
  viewer: { ...viewerOf('runicorn'), firstRequests: ['/api/runs'] },
  viewerVersion: '0.6.0',
  environment: { name: 'env', kind: 'venv', prefix: '/env', python: '/env/bin/python' },
  storage: '/data',
  access: 'read-only',
} as const;

const answerOf = (answeredBy: CheckResult['answeredBy'], status: number): CheckResult => ({
  answeredBy,
  status,
  headers: {},
  body: '',
});

describe('a tunnel made while the viewer starts', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ph-early-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** A server and a gateway that only note what is asked of them. */
  const begin = ({
    refusal,
    foreseen,
    viewer = PLAN.viewer,
  }: {
    readonly refusal?: Error;
    readonly foreseen?: string;
    readonly viewer?: LaunchPlan['viewer'];
  } = {}) => {
    const noted: string[] = [];
    const answers = [createDeferred<CheckResult>(), createDeferred<CheckResult>()] as const;
    const [asked, askedAgain] = answers;
    let asks = 0;
    const connection: Pick<Connection, 'openTunnel' | 'established'> = {
      established: async () => ({
        ...{ hello: 1, python: [3, 11, 2], executable: '/usr/bin/python3', pid: 1 },
      }),
      openTunnel: async ({ remote }) => {
        noted.push(`open ${remote.kind === 'socket' ? remote.path : remote.port}`);
        if (refusal !== undefined) throw refusal;
        return { way: 'forward', close: async () => void noted.push('close') };
      },
    };
    const gateway: Pick<Gateway, 'setState' | 'check' | 'askAhead'> = {
      setState: (state) => void noted.push(state.kind),
      askAhead: (paths) => void noted.push(...paths.map((path) => `ask ahead ${path}`)),
      check: (path) => {
        noted.push(`ask ${path}`);
        return (asks++ === 0 ? asked : askedAgain).promise;
      },
    };
    const early = joinEarly({
      ...{ connection: connection as Connection, gateway: gateway as Gateway },
      plan: { ...PLAN, viewer },
      ...{ foreseen, directory, signal: new AbortController().signal },
    });
    return { early, noted, asked, askedAgain };
  };

  test('is handed over with the answer that the viewer gives as soon as it can', async () => {
    const { early, noted, asked } = begin();
    early.launched(SOCKET);
    asked.resolve(answerOf('viewer', 200));
    const taken = await early.take({ kind: 'socket', path: SOCKET });
    await taken?.answered;
    expect(noted).toEqual([
      ...[`open ${SOCKET}`, 'starting', 'ask /api/health', 'ask ahead /api/runs'],
    ]);
    await early.close();
    expect(noted).not.toContain('close');
  });

  test('counts no answer but a good one of the viewer itself', async () => {
    for (const answer of [answerOf('gateway', 200), answerOf('viewer', 503)]) {
      const { early, asked } = begin();
      early.launched(SOCKET);
      asked.resolve(answer);
      const taken = await early.take({ kind: 'socket', path: SOCKET });
      const first = await Promise.race([
        taken?.answered.then(() => 'answered'),
        new Promise((resolve) => setImmediate(resolve, 'not answered')),
      ]);
      expect(first).toBe('not answered');
    }
  });

  test('is closed where the viewer serves at another place', async () => {
    const { early, noted } = begin();
    early.launched(SOCKET);
    expect(await early.take({ kind: 'tcp', port: 4000 })).toBeUndefined();
    expect(noted).toContain('close');
  });

  test('is closed, with its directory, where the viewer does not start', async () => {
    const { early, noted } = begin();
    early.launched(SOCKET);
    await early.close();
    expect(noted.at(-1)).toBe('close');
    await expect(access(directory)).rejects.toThrow('ENOENT');
    await early.close();
    expect(noted.filter((one) => one === 'close')).toHaveLength(1);
  });

  test('that cannot be had is left to be opened, and to fail, when the viewer is ready', async () => {
    const { early, noted } = begin({ refusal: new Error('forwarding is forbidden') });
    early.launched(SOCKET);
    expect(await early.take({ kind: 'socket', path: SOCKET })).toBeUndefined();
    await early.close();
    expect(noted).toEqual([`open ${SOCKET}`]);
    await expect(access(directory)).rejects.toThrow('ENOENT');
  });

  describe('to where the socket was the last time', () => {
    const bundled = { ...viewerOf('builtin'), firstRequests: [] };

    test('asks the bundled viewer before the server has taken the launch on', async () => {
      const { early, noted, asked } = begin({ foreseen: SOCKET, viewer: bundled });
      await expect.poll(() => noted).toEqual([`open ${SOCKET}`, 'starting', 'ask /api/health']);
      asked.resolve(answerOf('viewer', 200));
      early.launched(SOCKET);
      await (await early.take({ kind: 'socket', path: SOCKET }))?.answered;
      expect(noted).toHaveLength(3);
    });

    test('asks once more where that was too early', async () => {
      const { early, noted, asked, askedAgain } = begin({ foreseen: SOCKET, viewer: bundled });
      asked.resolve(answerOf('gateway', 502));
      early.launched(SOCKET);
      await expect.poll(() => noted.filter((one) => one.startsWith('ask'))).toHaveLength(2);
      askedAgain.resolve(answerOf('viewer', 200));
      await (await early.take({ kind: 'socket', path: SOCKET }))?.answered;
      expect(noted.filter((one) => one.startsWith('open'))).toHaveLength(1);
    });

    test('asks other viewers, whose socket is not there yet, when they have been launched', async () => {
      const { early, noted } = begin({ foreseen: SOCKET });
      await expect.poll(() => noted).toEqual([`open ${SOCKET}`]);
      early.launched(SOCKET);
      await expect.poll(() => noted).toContain('ask /api/health');
    });

    test('gives way to one to where it is now', async () => {
      const { early, noted, asked } = begin({ foreseen: '/var/tmp/porthole-1000/s-1/viewer.sock' });
      early.launched(SOCKET);
      asked.resolve(answerOf('viewer', 200));
      await (await early.take({ kind: 'socket', path: SOCKET }))?.answered;
      expect(noted.filter((one) => !one.startsWith('ask'))).toEqual([
        ...['open /var/tmp/porthole-1000/s-1/viewer.sock', 'close', `open ${SOCKET}`, 'starting'],
      ]);
    });
  });
});
