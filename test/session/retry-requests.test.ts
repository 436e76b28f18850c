import { describe, expect, test } from 'vitest';
import type { Interaction } from '../../src/session/interaction.ts';
import { createRetryRequests } from '../../src/session/retry-requests.ts';

const never = new AbortController().signal;
const person = (): Interaction => ({}) as Interaction;

describe('"retry now"', () => {
  test('wakes the loop that waits for it', async () => {
    const retries = createRetryRequests();
    const next = retries.next(never);
    const asking = person();
    retries.ask(asking);
    expect(await next).toBe(asking);
  });

  test('is kept where the loop has its hands full, and heard once', async () => {
    const retries = createRetryRequests();
    const [first, second] = [person(), person()];
    retries.ask(first);
    expect(await retries.next(never)).toBe(first);
    const next = retries.next(never);
    retries.ask(second);
    expect(await next).toBe(second);
  });

  test('is taken back by one who has gone, and nobody else’s with it', async () => {
    const retries = createRetryRequests();
    const [gone, here] = [person(), person()];
    const takeBack = retries.ask(gone);
    takeBack();
    const next = retries.next(never);
    retries.ask(here);
    takeBack();
    expect(await next).toBe(here);
    retries.ask(here);
    takeBack();
    expect(await retries.next(never)).toBe(here);
  });
});
