/**
 * `npm test`: sets up what is missing, then type check, lint and build, then every test against
 * what was built. Arguments go to vitest (`npm test -- test/ssh`). The last line of the output
 * is the count of all of them.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $ } from 'zx';
import { setUpForTests } from '../test/lab/set-up.ts';
import { countTests, type TestCounts } from './lib/count-tests.ts';
import { onInterrupt } from './lib/interrupt.ts';

const interrupt = onInterrupt();
// Not detached: Ctrl+C in the terminal reaches the programs as well, and they end by themselves.
const run = $({ nothrow: true, quiet: true, detached: false, signal: interrupt.signal });

/** A check that passes or fails as a whole; what it says is shown only when it fails. */
const check = async (name: string, npmScript: string): Promise<TestCounts> => {
  const startedAtMs = performance.now();
  const { exitCode, stdall } = await run`npm run --silent ${npmScript}`;
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (exitCode !== 0) console.log(stdall.trimEnd());
  const failures = exitCode === 0 ? [] : [name];
  return {
    ...{ passed: 1 - failures.length, failed: failures.length, skipped: 0 },
    ...{ skips: [], failures, unsteady: [], reasons: [] },
  };
};

const runTests = async (args: readonly string[]): Promise<TestCounts> => {
  const directory = await mkdtemp(join(tmpdir(), 'porthole-test-report-'));
  try {
    const file = join(directory, 'report.json');
    const { exitCode } = await run({
      stdio: ['ignore', 'inherit', 'inherit'],
      preferLocal: true,
    })`vitest run --reporter=default --reporter=json --outputFile.json=${file} ${args}`;
    // No report: vitest did not get as far, which the count says.
    const report = await readFile(file, 'utf8').catch(() => undefined);
    return countTests({ report, exitCode });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

const summarize = (all: readonly TestCounts[]): void => {
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    all.reduce((total, counts) => total + counts[key], 0);
  for (const reason of all.flatMap(({ reasons }) => reasons)) console.log(`\n${reason}`);
  for (const name of all.flatMap(({ skips }) => skips)) console.log(`SKIPPED ${name}`);
  for (const name of all.flatMap(({ unsteady }) => unsteady)) {
    console.log(`UNSTEADY ${name} (passed at its second attempt)`);
  }
  for (const name of all.flatMap(({ failures }) => failures)) console.log(`FAILED  ${name}`);
  if (interrupt.signal.aborted) console.log('INTERRUPTED: not every check ran to its end');
  const skipped = sum('skipped') === 0 ? '' : `, ${sum('skipped')} skipped`;
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
  process.exitCode = interrupt.exitCode() ?? (sum('failed') === 0 ? 0 : 1);
};

await setUpForTests();
const checks = await Promise.all([
  check('type check', 'typecheck'),
  check('lint', 'lint'),
  check('build', 'build'),
]);
const tests = interrupt.signal.aborted ? [] : [await runTests(process.argv.slice(2))];
summarize([...checks, ...tests]);
