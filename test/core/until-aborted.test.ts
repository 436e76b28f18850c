import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDeferred } from '../../src/core/deferred.ts';
import { untilAborted } from '../../src/core/until-aborted.ts';

const unheard: unknown[] = [];
const note = (reason: unknown) => {
  unheard.push(reason);
};
beforeEach(() => {
  unheard.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
});

/** Node tells of a rejection that nobody has heard when the microtasks are done. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what is waited for is given on, with its failure too', async () => {
  const { signal } = new AbortController();
  expect(await untilAborted(Promise.resolve('here'), signal)).toBe('here');
  await expect(untilAborted(Promise.reject(new Error('lost')), signal)).rejects.toThrow('lost');
});

test.for(['before', 'while'] as const)(
  'an abort that comes %s it waits ends the wait, and a later failure is heard all the same',
  async (when) => {
    const abort = new AbortController();
    const later = createDeferred<void>();
    if (when === 'before') abort.abort(new Error('stop'));
    const waiting = untilAborted(later.promise, abort.signal);
    abort.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    later.reject(new Error('too late'));
    await turn();
    expect(unheard).toEqual([]);
  },
);
