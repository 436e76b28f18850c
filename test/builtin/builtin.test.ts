import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findPythons } from '../remote/probe/pythons.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
const suites = (await readdir(here)).filter((name) => /^test_.*\.py$/.test(name));

describe.each(findPythons())("the bundled viewer's server under Python $version", (python) => {
  // Side by side: half of their time they wait for something to be noticed.
  it.concurrent.each(suites)('does all that %s says', { timeout: 300_000 }, async (suite) => {
    // unittest exits with 1 and tells what failed on stderr, which execFile puts into its error.
    const { stderr } = await run(python.executable, ['-B', '-m', 'unittest', suite], { cwd: here });
    expect(stderr).toMatch(/^Ran [1-9]\d* tests?/m);
    const skipped = stderr.match(/SKIPPED: .*/g) ?? [];
    for (const line of skipped) console.warn(line);
    if (process.env.CI !== undefined && process.env.CI !== 'false') expect(skipped).toEqual([]);
  });
});
