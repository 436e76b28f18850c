import { z } from 'zod';

/** How many tests ended how, and what a person must know of those that did not pass. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Names of the tests that were skipped. */
  readonly skips: readonly string[];
  /** Names of failed tests and files. */
  readonly failures: readonly string[];
  /** Names of tests that passed at their second attempt alone. */
  readonly unsteady: readonly string[];
  /** What these and the failed tests say, for who sees only the end of the output. */
  readonly reasons: readonly string[];
}

/** What we read of the report that vitest's JSON reporter writes. */
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['passed', 'failed']),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
});

/** How the run of vitest ended. */
export interface TestRun {
  /** Text of its report; undefined where it wrote none. */
  readonly report: string | undefined;
  readonly exitCode: number | null;
}

/**
 * Counts the tests of a run. What fails outside of any test (a file that does not load, a hook, an
 * error that nobody caught, a run cut short) counts as one failure: a red run never shows 0 failed.
 */
export const countTests = ({ report, exitCode }: TestRun): TestCounts => {
  const files = report === undefined ? [] : reportSchema.parse(JSON.parse(report)).testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  const named = (...statuses: readonly string[]) =>
    tests.filter(({ status }) => statuses.includes(status)).map(({ fullName }) => fullName);

  const failures = [...named('failed'), ...files.filter(failsOutsideTests).map(({ name }) => name)];
  if (failures.length === 0 && exitCode !== 0) {
    failures.push(`vitest itself (ended with ${exitCode ?? 'a signal'})`);
  }
  const skips = named('pending', 'skipped', 'todo', 'disabled');
  const passed = named('passed').length;
  const complaining = tests.filter(({ failureMessages }) => failureMessages.length > 0);
  const unsteady = complaining
    .filter(({ status }) => status === 'passed')
    .map(({ fullName }) => fullName);
  const reasons = complaining.map(
    ({ fullName, failureMessages }) => `${fullName}\n${shortened(failureMessages)}`,
  );
  return {
    ...{ passed, failed: failures.length, skipped: skips.length },
    ...{ skips, failures, unsteady, reasons },
  };
};

const MAX_REASON_LINES = 12;

const shortened = (messages: readonly string[]): string =>
  messages
    .join('\n')
    .split('\n')
    .slice(0, MAX_REASON_LINES)
    .map((line) => `    ${line.slice(0, 300)}`)
    .join('\n');

type FileReport = z.infer<typeof reportSchema>['testResults'][number];

const failsOutsideTests = ({ status, assertionResults }: FileReport): boolean =>
  status === 'failed' && assertionResults.every((one) => one.status !== 'failed');
