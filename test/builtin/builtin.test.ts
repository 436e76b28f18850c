import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { planPythons } from '../remote/probe/pythons.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
/** Worker processes, HTTP, JSON and files. */
const versionDependent = ['test_http.py', 'test_manage.py', 'test_parse.py', 'test_start.py'];
const plans = planPythons(here, versionDependent);

describe.each(plans)("the bundled viewer's server under Python $version", (python) => {
  // Side by side: half of their time they wait for something to be noticed.
  it.concurrent.each(python.suites)(
    'does all that %s says',
    { timeout: 300_000 },
    async (suite) => {
      // unittest exits with 1 and tells what failed on stderr, which execFile puts into its error.
      const { stderr } = await run(python.executable, ['-B', '-m', 'unittest', suite], {
        cwd: here,
      });
      expect(stderr).toMatch(/^Ran [1-9]\d* tests?/m);
      const skipped = stderr.match(/SKIPPED: .*/g) ?? [];
      for (const line of skipped) console.warn(line);
      if (process.env.CI !== undefined && process.env.CI !== 'false') expect(skipped).toEqual([]);
    },
  );
});
