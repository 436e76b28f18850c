import { expect, test } from 'vitest';
import { ensureBuilt } from '../../scripts/lib/ensure-built.ts';
import { runOrThrow } from '../lab/run.ts';

/** Holds the process up for ever, as a handle would that was forgotten. */
const HOLDER = 'data:text/javascript,setInterval(() => undefined, 1000000)';

test('a command that is done ends, whatever handle is left open in it', async () => {
  const program = await ensureBuilt();
  const list = await runOrThrow({
    file: process.execPath,
    args: ['--import', HOLDER, program, 'viewers'],
  });
  expect(list).toContain('Runicorn');
});
