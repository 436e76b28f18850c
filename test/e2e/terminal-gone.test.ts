import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { labRunner, runOrThrow } from '../lab/run.ts';
import { shareServer } from './server.ts';
import { expectNothingLeft, viewerOn } from './server-side.ts';
import { makeWorkplace, openWords } from './workplace.ts';

const DRIVER = join(import.meta.dirname, '../cli/pty-driver.py');

const driverSchema = z.object({ transcript: z.string(), exit: z.number() });

const server = shareServer({ viewer: 'builtin' });

describe('what is open ends, and leaves nothing,', () => {
  test('when the window of its terminal is closed', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const argv = [process.execPath, here.program, ...openWords(lab, words)];
    const task = { argv, steps: [{ expect: '"type":"ready"', send: null }] };
    const driver = { file: 'python3', args: [DRIVER, JSON.stringify(task)], env: here.env };
    const driven = await runOrThrow(driver);
    // By the signal itself, as a program without a handler.
    expect(driverSchema.parse(JSON.parse(driven)).exit).toBe(-1);
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test('when whoever read its output reads no more', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, words);
    await porthole.ready();
    const viewer = await viewerOn(lab);
    porthole.process.stdout.destroy();
    // The next line that it has to tell finds nobody.
    process.kill(viewer.process.pid, 'SIGKILL');
    expect(await porthole.process.exited).toMatchObject({ signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
  });

  test('when nobody reads from the beginning', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = labRunner.start({
      file: process.execPath,
      args: [here.program, ...openWords(lab, words)],
      env: here.env,
    });
    porthole.stdout.destroy();
    expect(await porthole.exited).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });
});
