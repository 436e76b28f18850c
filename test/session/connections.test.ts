import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createDeferred } from '../../src/core/deferred.ts';
import { PortholeError } from '../../src/core/errors.ts';
import type { Connection, OpenConnectionOptions } from '../../src/remote/connection.ts';
import { createConnectionPool } from '../../src/session/connections.ts';
import { refusingPrompter } from '../../src/ssh/askpass/prompt.ts';

const OPTIONS = {
  sshEnvironment: {},
  prompter: refusingPrompter,
  prompting: 'batch',
  knownPython: undefined,
} as const;

const lost = () => new PortholeError({ code: 'connection-closed', message: 'lost' });

/** A pool whose connections are stand-ins that only count and close. */
const setUp = () => {
  const opened: string[] = [];
  const closed: string[] = [];
  const ends: (() => void)[] = [];
  const hellos: (() => void)[] = [];
  const open = async ({ target }: OpenConnectionOptions) => {
    opened.push(target.host);
    const end = createDeferred<PortholeError>();
    ends.push(() => end.resolve(lost()));
    const hello = createDeferred<void>();
    hellos.push(() => hello.resolve());
    const connection = {
      target,
      agent: { hello: hello.promise },
      closed: end.promise,
      close: async () => {
        closed.push(target.host);
      },
    };
    return connection as unknown as Connection;
  };
  return { pool: createConnectionPool(open, systemClock), opened, closed, ends, hellos };
};

describe('the pool of connections', () => {
  test('shares one connection between sessions on a host and closes it with the last', async () => {
    const { pool, opened, closed } = setUp();
    const [first, second] = await Promise.all([
      pool.acquire({ host: 'gpu' }, OPTIONS),
      pool.acquire({ host: 'gpu' }, OPTIONS),
    ]);
    expect(opened).toEqual(['gpu']);
    expect([first.origin, second.origin]).toEqual(['fresh', 'shared']);
    await first.release();
    await first.release();
    expect(closed).toEqual([]);
    await second.release();
    expect(closed).toEqual(['gpu']);
  });

  test('keeps connections by other ways to a host apart', async () => {
    const { pool, opened } = setUp();
    await pool.acquire({ host: 'gpu' }, OPTIONS);
    await pool.acquire({ host: 'gpu', port: 2222 }, OPTIONS);
    await pool.acquire({ host: 'gpu', user: 'ada' }, OPTIONS);
    expect(opened).toHaveLength(3);
  });

  test('never hands out a connection that is lost', async () => {
    const { pool, opened, ends } = setUp();
    const share = await pool.acquire({ host: 'gpu' }, OPTIONS);
    ends[0]?.();
    await share.connection.closed;
    await new Promise(setImmediate);
    expect((await pool.acquire({ host: 'gpu' }, OPTIONS)).origin).toBe('fresh');
    expect(opened).toHaveLength(2);
  });

  test('forgets an attempt that failed', async () => {
    let attempts = 0;
    const pool = createConnectionPool(async () => {
      attempts++;
      throw lost();
    }, systemClock);
    await expect(pool.acquire({ host: 'gpu' }, OPTIONS)).rejects.toThrow('lost');
    await new Promise(setImmediate);
    await expect(pool.acquire({ host: 'gpu' }, OPTIONS)).rejects.toThrow('lost');
    expect(attempts).toBe(2);
  });
});

describe('a session that waits for its server', () => {
  test('hears of it when another one has reached it, and shares that connection', async () => {
    const { pool, opened, hellos } = setUp();
    const waiting = pool.connected({ host: 'gpu' }, new AbortController().signal);
    const other = pool.connected({ host: 'other' }, AbortSignal.timeout(1));
    await pool.acquire({ host: 'gpu' }, OPTIONS);
    expect(await pool.living({ host: 'gpu' })).toBeUndefined();
    hellos[0]?.();
    await waiting;
    expect((await pool.living({ host: 'gpu' }))?.origin).toBe('shared');
    expect(opened).toEqual(['gpu']);
    await expect(other).rejects.toThrow();
  });

  test('does not hang on a login of others, where somebody is there to help its own', async () => {
    const { pool, opened, hellos } = setUp();
    await pool.acquire({ host: 'gpu' }, OPTIONS);
    expect((await pool.acquire({ host: 'gpu' }, OPTIONS, 'anew')).origin).toBe('fresh');
    hellos[1]?.();
    await new Promise(setImmediate);
    expect((await pool.acquire({ host: 'gpu' }, OPTIONS, 'anew')).origin).toBe('shared');
    expect(opened).toHaveLength(2);
  });
});
