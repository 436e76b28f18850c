import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { planPythons } from '../probe/pythons.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
/** Forks, pipes, sockets and encodings. */
const versionDependent = ['test_processes.py', 'test_requests.py', 'test_streams.py'];
const plans = planPythons(here, versionDependent);

describe.each(plans)('the agent under Python $version', ({ executable, suites }) => {
  // Side by side: most of their time they wait for processes that take five seconds to be killed.
  it.concurrent.each(suites)('does all that %s says', { timeout: 300_000 }, async (suite) => {
    // unittest exits with 1 and tells what failed on stderr, which execFile puts into its error.
    const { stderr } = await run(executable, ['-B', '-m', 'unittest', suite], { cwd: here });
    expect(stderr).toMatch(/^Ran [1-9]\d* tests?/m);
  });
});
