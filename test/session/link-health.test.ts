import { describe, expect, test } from 'vitest';
import { judgeLink, type LinkHealth, type LinkUse } from '../../src/session/link-health.ts';

interface Course {
  readonly use: LinkUse;
  /** The last byte from the host, at each moment. */
  readonly heardMs?: (nowMs: number) => number;
  readonly sentBytes?: number;
  readonly latencyMs?: number;
  readonly untilMs?: number;
}

/** Looks at a link every quarter of a second; when it was asked, and when taken for lost. */
const watch = ({
  use,
  heardMs = () => 0,
  sentBytes = 0,
  latencyMs = 5,
  untilMs = 60_000,
}: Course) => {
  let health: LinkHealth = { kind: 'trusted' };
  const askedMs: number[] = [];
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 250) {
    const seen = { nowMs, heardMs: heardMs(nowMs), use, sentBytes, latencyMs };
    const verdict = judgeLink(health, seen);
    health = verdict.health;
    if (verdict.action === 'ask') askedMs.push(nowMs);
    if (health.kind === 'lost') return { lostMs: nowMs, askedMs };
  }
  return { lostMs: undefined, askedMs };
};

describe('a silent link', () => {
  test('is lost after a second question without an answer, well within 20 s while nobody waits', () => {
    expect(watch({ use: 'idle' })).toEqual({ lostMs: 16_000, askedMs: [8000, 12_000] });
  });

  test('is lost within 6 s while a request waits', () => {
    expect(watch({ use: 'waiting' })).toEqual({ lostMs: 4000, askedMs: [1000, 2500] });
  });

  test('is asked at once after sleep', () => {
    expect(watch({ use: 'woken' })).toEqual({ lostMs: 3000, askedMs: [0, 1500] });
  });

  test('is not lost by one missed answer alone', () => {
    const heardMs = (nowMs: number) => (nowMs < 3500 ? 0 : nowMs);
    expect(watch({ use: 'waiting', heardMs })).toMatchObject({ lostMs: undefined });
  });

  test('is trusted again with the first byte, and then judged afresh', () => {
    const heardMs = (nowMs: number) => (nowMs < 3500 ? 0 : 3500);
    expect(watch({ use: 'waiting', heardMs })).toEqual({
      lostMs: 7500,
      askedMs: [1000, 2500, 4500, 6000],
    });
  });
});

describe('a slow link', () => {
  test('that gives a byte now and then is never asked', () => {
    const heardMs = (nowMs: number) => nowMs - (nowMs % 750);
    expect(watch({ use: 'waiting', heardMs })).toEqual({ lostMs: undefined, askedMs: [] });
  });

  test('has as much time for an answer as its last ones took, three times over', () => {
    expect(watch({ use: 'waiting', latencyMs: 1200 })).toMatchObject({ askedMs: [1000, 4750] });
    // But not for ever: one hour of latency would hide every loss.
    expect(watch({ use: 'waiting', latencyMs: 3_600_000 }).lostMs).toBe(11_000);
  });

  test('has the time that what was sent before needs on its way', () => {
    const megabyte = watch({ use: 'waiting', sentBytes: 1_000_000, untilMs: 120_000 });
    expect(megabyte.askedMs).toEqual([1000, 65_000]);
    expect(megabyte.lostMs).toBeUndefined();
  });
});

test('a lost link stays lost', () => {
  const health = { kind: 'lost', silentMs: 9 } as const;
  const seen = { nowMs: 10, heardMs: 10, use: 'idle', sentBytes: 0, latencyMs: 1 } as const;
  expect(judgeLink(health, seen)).toEqual({ health, action: 'none' });
});
