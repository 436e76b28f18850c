import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findPythons } from '../probe/pythons.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
const suites = (await readdir(here)).filter((name) => /^test_.*\.py$/.test(name));

describe.each(findPythons())('the agent under Python $version', ({ executable }) => {
  // Side by side: most of their time they wait for processes that take five seconds to be killed.
  it.concurrent.each(suites)('does all that %s says', { timeout: 300_000 }, async (suite) => {
    // unittest exits with 1 and tells what failed on stderr, which execFile puts into its error.
    const { stderr } = await run(executable, ['-B', '-m', 'unittest', suite], { cwd: here });
    expect(stderr).toMatch(/^Ran [1-9]\d* tests?/m);
  });
});
