import { describe, expect, test } from 'vitest';
import { countTests } from '../../scripts/lib/count-tests.ts';

const report = (...files: readonly object[]): string => JSON.stringify({ testResults: files });

const file = (status: 'passed' | 'failed', statuses: Readonly<Record<string, string>>) => ({
  name: '/repo/test/a.test.ts',
  status,
  assertionResults: Object.entries(statuses).map(([fullName, one]) => ({ fullName, status: one })),
});

describe('the count of a test run', () => {
  test('tells passed, failed and skipped tests by name', () => {
    const one = file('failed', { a: 'passed', b: 'failed', c: 'pending', d: 'todo', e: 'passed' });
    expect(countTests({ report: report(one), exitCode: 1 })).toEqual({
      ...{ passed: 2, failed: 1, skipped: 2 },
      ...{ failures: ['b'], skips: ['c', 'd'], unsteady: [], reasons: [] },
    });
  });

  test('gives the beginning of what a test says that failed, or failed at first', () => {
    const failureMessages = [Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')];
    const assertionResults = [
      { fullName: 'a breaks', status: 'failed', failureMessages },
      { fullName: 'b wavers', status: 'passed', failureMessages: ['once'] },
      { fullName: 'c passes', status: 'passed', failureMessages: [] },
    ];
    const failed = { name: '/repo/test/a.test.ts', status: 'failed', assertionResults };
    const { reasons, unsteady, failures } = countTests({ report: report(failed), exitCode: 1 });
    expect({ unsteady, failures }).toEqual({ unsteady: ['b wavers'], failures: ['a breaks'] });
    expect(reasons[0]?.split('\n')).toHaveLength(13);
    expect(reasons).toEqual([
      expect.stringMatching(/^a breaks\n {4}line 0\n/),
      'b wavers\n    once',
    ]);
  });

  test('counts a file that does not load, or whose hook fails, as one failure', () => {
    const files = [file('failed', {}), file('failed', { a: 'passed' }), file('passed', {})];
    expect(countTests({ report: report(...files), exitCode: 1 })).toMatchObject({
      passed: 1,
      failed: 2,
    });
  });

  test('never shows a red run as one without failures', () => {
    const green = report(file('passed', { a: 'passed' }));
    expect(countTests({ report: green, exitCode: 0 }).failed).toBe(0);
    expect(countTests({ report: green, exitCode: 1 }).failed).toBe(1);
    expect(countTests({ report: undefined, exitCode: null })).toMatchObject({
      failed: 1,
      failures: ['vitest itself (ended with a signal)'],
    });
  });

  test('refuses a report of another shape', () => {
    expect(() => countTests({ report: '{"tests":[]}', exitCode: 0 })).toThrow(/testResults/);
  });
});
