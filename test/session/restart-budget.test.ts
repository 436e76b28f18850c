import { describe, expect, test } from 'vitest';
import { PortholeError } from '../../src/core/errors.ts';
import { type Restarts, takeRestart } from '../../src/session/restart-budget.ts';
import { createRestartLog } from '../../src/session/restarts.ts';

const MINUTE_MS = 60_000;

/** What becomes of crashes at these minutes. */
const courseOf = (minutes: readonly number[]): string[] => {
  let restarts: Restarts = [];
  return minutes.map((minute) => {
    const verdict = takeRestart(restarts, minute * MINUTE_MS);
    if (verdict.kind === 'start') restarts = verdict.restarts;
    return verdict.kind;
  });
};

describe('a viewer that crashes', () => {
  test('is started again three times within ten minutes, and no fourth time', () => {
    expect(courseOf([0, 1, 2, 3, 9.9])).toEqual(['start', 'start', 'start', 'spent', 'spent']);
  });

  test('is started again for ever where it crashes seldom', () => {
    expect(courseOf([0, 4, 8, 12, 16, 20, 24])).not.toContain('spent');
  });

  test('is started again when ten minutes have passed', () => {
    expect(courseOf([0, 1, 2, 9, 10])).toEqual(['start', 'start', 'start', 'spent', 'start']);
  });

  test('fails the session with the crash and the output behind it, when it is left', () => {
    const log = createRestartLog();
    const crash = new PortholeError({
      code: 'viewer-exited',
      message: 'It ended.',
      hint: 'See its output.',
      output: 'Segmentation fault',
    });
    for (const nowMs of [0, 1, 2]) log.take(crash, nowMs);
    const thrown = (() => {
      try {
        log.take(crash, 3);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({
      code: 'viewer-exited',
      message: 'It ended.',
      hint: expect.stringMatching(/started again 3 times within ten minutes.*See its output/),
      output: 'Segmentation fault',
    });
  });
});
