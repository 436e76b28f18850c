import { describe, expect, test } from 'vitest';
import { createDeferred } from '../../src/core/deferred.ts';
import type { PortholeError } from '../../src/core/errors.ts';
import type { Connection } from '../../src/remote/connection.ts';
import { createLinkMonitor } from '../../src/session/link-monitor.ts';
import { createFakeClock } from '../lab/fake-clock.ts';

const NO_TRAFFIC = { bytesUp: 0, bytesDown: 0, waiting: 0 };

/** A monitored connection whose server answers while `server.answers` says so. */
const setUp = async () => {
  const clock = createFakeClock();
  const server = { answers: true, pings: [] as number[], heardMs: 0 };
  const closed = createDeferred<PortholeError>();
  const connection = {
    closed: closed.promise,
    agent: {
      lastHeardMs: () => server.heardMs,
      request: async () => {
        server.pings.push(clock.monotonicMs());
        if (!server.answers) return createDeferred().promise;
        await Promise.resolve();
        server.heardMs = clock.monotonicMs() + 1;
        return { sessions: [] };
      },
    },
  };
  const monitor = createLinkMonitor(connection as unknown as Connection, clock);
  let lost: PortholeError | undefined;
  void monitor.lost.then((error) => {
    lost = error;
  });
  const settle = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  };
  return {
    clock,
    server,
    monitor,
    closed,
    lost: () => lost,
    pass: async (ms: number) => {
      await settle();
      for (let left = ms; left > 0; left -= 50) {
        clock.advance(Math.min(50, left));
        await settle();
      }
    },
    /** When it was lost from now on, in milliseconds; undefined where it was not within a minute. */
    lostAfter: async () => {
      const fromMs = clock.monotonicMs();
      await settle();
      while (lost === undefined && clock.monotonicMs() - fromMs < 60_000) {
        clock.advance(50);
        await settle();
      }
      return lost && clock.monotonicMs() - fromMs;
    },
  };
};

const attendant = (traffic = () => NO_TRAFFIC, graceS = 120) => ({
  graceS,
  traffic,
  onLatency: () => undefined,
});

describe('the monitor of a link', () => {
  test('failure mode 23: pings for as long as a session is there, and no longer', async () => {
    const { monitor, pass, server } = await setUp();
    const leave = monitor.attend(attendant());
    await pass(30_000);
    expect(server.pings.length).toBeGreaterThanOrEqual(4);
    leave();
    const before = server.pings.length;
    await pass(30_000);
    expect(server.pings).toHaveLength(before);
  });

  test('pings four times within the shortest lease of its sessions', async () => {
    const { monitor, pass, server } = await setUp();
    monitor.attend(attendant());
    monitor.attend(attendant(undefined, 2));
    await pass(4000);
    expect(server.pings.length).toBeGreaterThanOrEqual(7);
  });

  test('notices within 20 s that nothing comes any more, and says for how long', async () => {
    const { monitor, pass, server, lostAfter, lost } = await setUp();
    monitor.attend(attendant());
    await pass(10_000);
    server.answers = false;
    expect(await lostAfter()).toBeLessThanOrEqual(20_000);
    expect(lost()).toMatchObject({
      code: 'connection-closed',
      message: expect.stringMatching(/^Nothing has come from the server for 1\d s\.$/),
    });
  });

  test('notices it within 6 s while a request waits', async () => {
    const { monitor, pass, server, lostAfter } = await setUp();
    let waiting = 0;
    monitor.attend(attendant(() => ({ ...NO_TRAFFIC, waiting })));
    await pass(10_000);
    server.answers = false;
    waiting = 1;
    expect(await lostAfter()).toBeLessThanOrEqual(6000);
  });

  test('takes what comes through any gateway for life, while no ping is answered', async () => {
    const { monitor, pass, server, lost } = await setUp();
    let bytesDown = 0;
    monitor.attend(attendant(() => ({ ...NO_TRAFFIC, waiting: 3 })));
    monitor.attend(attendant(() => ({ ...NO_TRAFFIC, bytesDown })));
    await pass(5000);
    server.answers = false;
    for (let second = 0; second < 60; second++) {
      bytesDown += 100_000;
      await pass(1000);
    }
    expect(lost()).toBeUndefined();
  });

  test('takes a session that left with its count for neither life nor death', async () => {
    const { monitor, pass, lost, server } = await setUp();
    const leave = monitor.attend(attendant(() => ({ ...NO_TRAFFIC, bytesDown: 5_000_000 })));
    let bytesDown = 0;
    monitor.attend(attendant(() => ({ ...NO_TRAFFIC, bytesDown })));
    await pass(3000);
    leave();
    server.answers = false;
    for (let second = 0; second < 40; second++) {
      bytesDown += 1000;
      await pass(1000);
    }
    expect(lost()).toBeUndefined();
  });

  test('failure mode 14: tests the link at once when the machine has slept', async () => {
    const { clock, monitor, pass, server, lostAfter } = await setUp();
    monitor.attend(attendant());
    await pass(9000);
    server.answers = false;
    clock.sleepMachine(3_600_000);
    expect(await lostAfter()).toBeLessThanOrEqual(5000);
  });

  test('keeps a link that has outlived the sleep', async () => {
    const { clock, monitor, pass, server, lost } = await setUp();
    monitor.attend(attendant());
    await pass(9000);
    const before = server.pings.length;
    clock.sleepMachine(3_600_000);
    await pass(1500);
    expect(server.pings.length).toBeGreaterThan(before);
    await pass(20_000);
    expect(lost()).toBeUndefined();
  });

  test('tells the end of the connection at once', async () => {
    const { monitor, closed, pass, lost } = await setUp();
    monitor.attend(attendant());
    await pass(100);
    closed.resolve(new Error('Connection reset') as PortholeError);
    await pass(50);
    expect(lost()).toMatchObject({ message: 'Connection reset' });
  });
});
