import { describe, expect, test } from 'vitest';
import { startServer } from '../e2e/server.ts';
import { haveOrSkip, SSHD } from '../lab/have-or-skip.ts';
import { runSequence } from './run-sequence.ts';
import { describeSequence, sequenceOf } from './sequence.ts';

describe('a sequence of faults', () => {
  test('follows from its seed alone', () => {
    expect(sequenceOf(7)).toEqual(sequenceOf(7));
    const described = Array.from({ length: 50 }, (_, seed) => describeSequence(sequenceOf(seed)));
    expect(new Set(described).size).toBe(50);
  });
});

/** The first of `npm run faults`; each lane has a server of its own. */
const LANES = [
  { first: 1, last: 7 },
  { first: 8, last: 14 },
  { first: 15, last: 20 },
] as const;
const LANE_LIMIT_MS = 480_000;

describe.concurrent('porthole keeps its promises', { timeout: LANE_LIMIT_MS }, () => {
  test.for(LANES)(
    'through the random faults of the seeds $first to $last',
    async (lane, context) => {
      haveOrSkip(context, SSHD);
      await using server = await startServer({ relay: {} });
      for (let seed: number = lane.first; seed <= lane.last; seed++) {
        const sequence = sequenceOf(seed);
        const broken = await runSequence(sequence, server);
        context.expect({ seed, broken }, describeSequence(sequence)).toEqual({ seed, broken: [] });
      }
    },
  );
});
