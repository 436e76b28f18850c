import { describe, expect, test } from 'vitest';
import { loginAsks } from '../../src/remote/stuck-login.ts';
import { createFakeClock } from '../lab/fake-clock.ts';

type Phase = 'awaiting-hello' | 'open' | 'closed';

/** A login that has printed so much of a line; when it was taken for one that asks, in seconds. */
const askedAfter = async (login: {
  readonly unfinished: string;
  readonly phaseAt?: (ms: number) => Phase;
  readonly heardAt?: (ms: number) => number;
}): Promise<number | undefined> => {
  const { unfinished, phaseAt = () => 'awaiting-hello' as const, heardAt = () => 0 } = login;
  const clock = createFakeClock();
  let asked: number | undefined;
  const agent = {
    phase: () => phaseAt(clock.monotonicMs()),
    unfinished: () => unfinished,
    lastHeardMs: () => heardAt(clock.monotonicMs()),
  };
  const over = new AbortController();
  const watching = loginAsks({ agent, clock, signal: over.signal }).then(() => {
    asked = clock.monotonicMs() / 1000;
  });
  for (let second = 0; second < 120 && asked === undefined; second++) {
    clock.advance(1000);
    await new Promise(setImmediate);
  }
  over.abort();
  await watching.catch(() => undefined);
  return asked;
};

describe('failure mode 7: a login', () => {
  test('that begins a line and says no more is taken for one that asks, long before the time is up', async () => {
    expect(await askedAfter({ unfinished: '1) train 2) quit: ' })).toBe(30);
  });

  test('that says nothing, or only whole lines, may be slow', async () => {
    expect(await askedAfter({ unfinished: '' })).toBeUndefined();
  });

  test('that goes on printing is alive', async () => {
    const heardAt = (ms: number) => ms - (ms % 20_000);
    expect(await askedAfter({ unfinished: 'Loading', heardAt })).toBeUndefined();
  });

  test('that has come to run the command asks nothing, whatever it printed before', async () => {
    const phaseAt = (ms: number) => (ms < 25_000 ? 'awaiting-hello' : 'open');
    expect(await askedAfter({ unfinished: '$ ', phaseAt })).toBeUndefined();
  });
});
