import { describe, expect, test } from 'vitest';
import { createDeferred } from '../../src/core/deferred.ts';
import { endOfHub, type HubEnd } from '../../src/hub/end-of-hub.ts';
import type { ServedHub } from '../../src/hub/serve-hub.ts';
import { createFakeClock } from '../lab/fake-clock.ts';

const LONG_MS = 3_600_000;

/** What decides about a hub's end, in the hands of a test. */
const start = (unused: 'end' | 'wait') => {
  const clock = createFakeClock();
  const stopped = new AbortController();
  const asked = createDeferred<void>();
  const evicted = createDeferred<void>();
  const sessions: string[] = [];
  const dashboard = { wanted: false };
  let tellFailure = () => {};
  let tellIdle = () => {};
  const hub = {
    shutdownAsked: asked.promise,
    evicted: evicted.promise,
    list: () => sessions,
    dashboard: {
      isWanted: () => dashboard.wanted,
      onFailure: (listener: () => void) => {
        tellFailure = listener;
      },
    },
    onIdle: (listener: () => void) => {
      tellIdle = listener;
    },
  } as unknown as ServedHub;
  const end = endOfHub({ hub, signal: stopped.signal, clock, unused });
  return {
    clock,
    stopped,
    asked,
    evicted,
    sessions,
    dashboard,
    end,
    idle: () => tellIdle(),
    failed: () => tellFailure(),
  };
};

const settled = (end: Promise<HubEnd>) => Promise.race([end, Promise.resolve('open')]);

describe('a hub ends', () => {
  test('with its last session', async () => {
    const { end, idle } = start('end');
    idle();
    expect(await end).toBe('idle');
  });

  test('not with its last session while it serves the dashboard', async () => {
    const { end, idle, dashboard } = start('end');
    dashboard.wanted = true;
    idle();
    expect(await settled(end)).toBe('open');
  });

  test('when nothing is open and the dashboard that was asked for cannot be served', async () => {
    const { end, failed } = start('end');
    failed();
    expect(await end).toBe('idle');
  });

  test('when it is asked to', async () => {
    const { end, asked } = start('end');
    asked.resolve();
    expect(await end).toBe('asked');
  });

  test('when its directory was removed under it', async () => {
    const { end, evicted } = start('end');
    evicted.resolve();
    expect(await end).toBe('evicted');
  });

  test('by a signal, also one that came before', async () => {
    const { end, stopped } = start('wait');
    stopped.abort();
    expect(await end).toBe('interrupted');
  });

  test('in the background when whoever started it never opened anything', async () => {
    const { end, clock } = start('end');
    clock.advance(LONG_MS);
    expect(await end).toBe('unused');
  });

  test('not while something is open in it', async () => {
    const { end, clock, sessions } = start('end');
    sessions.push('gpu');
    clock.advance(LONG_MS);
    expect(await settled(end)).toBe('open');
  });

  test('not in a terminal, whose own session may take as long as it likes', async () => {
    const { end, clock } = start('wait');
    clock.advance(LONG_MS);
    expect(await settled(end)).toBe('open');
  });
});
