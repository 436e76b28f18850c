import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const TEN_MINUTES_MS = 600_000;

it(
  'finds what venv, virtualenv, uv, poetry, pipx, hatch and pyenv make when they are run for real',
  async () => {
    const { stderr } = await run('python3', ['-B', '-m', 'unittest', '-v', 'real_tools.py'], {
      cwd: import.meta.dirname,
      maxBuffer: 2 ** 24,
    });
    expect(stderr).toMatch(/^Ran 12 tests/m);
  },
  TEN_MINUTES_MS,
);
