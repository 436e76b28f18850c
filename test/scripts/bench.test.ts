import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { haveOrSkip, SSHD } from '../lab/have-or-skip.ts';
import { processesWith } from '../lab/processes.ts';
import { labRunner } from '../lab/run.ts';

const root = join(import.meta.dirname, '../..');

const reportSchema = z.object({
  figures: z.array(
    z.object({
      topic: z.string(),
      name: z.string(),
      value: z.number(),
      met: z.boolean().nullable(),
    }),
  ),
});

describe('the bench', () => {
  /** Its temporary files, and the mark of its processes. */
  let directory = '';

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ph-bench-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const bench = (...words: readonly string[]) => ({
    file: process.execPath,
    args: [join(root, 'scripts/run.mjs'), 'bench', ...words],
    // The hubs' sockets as well: nothing of a bench that is cut short lies elsewhere.
    env: { TMPDIR: directory, XDG_RUNTIME_DIR: directory },
  });

  test('measures the topics asked for, as a table and as JSON, and leaves nothing', async (context) => {
    haveOrSkip(context, SSHD);
    const json = join(directory, 'figures.json');
    const topics = ['start', 'open', 'gateway'];
    const finished = await labRunner.run(bench('--quick', '--json', json, ...topics));
    expect(finished).toMatchObject({ exitCode: 0 });

    const { figures } = reportSchema.parse(JSON.parse(await readFile(json, 'utf8')));
    expect(new Set(figures.map(({ topic }) => topic))).toEqual(new Set(topics));
    expect(figures.filter(({ met }) => met !== null).length).toBeGreaterThan(4);
    for (const { topic, name } of figures) expect(finished.stdout).toContain(`${topic}: ${name}`);
    expect(await readdir(directory)).toEqual(['figures.json']);
    expect(await processesWith(directory)).toEqual([]);
  }, 240_000);

  test('leaves nothing after Ctrl+C', async (context) => {
    haveOrSkip(context, SSHD);
    const running = labRunner.start(bench('idle'));
    try {
      for await (const line of createInterface({ input: running.stdout })) {
        if (line === 'Holding the sessions') break;
      }
      process.kill(running.pid ?? Number.NaN, 'SIGINT');
      expect(await running.exited).toEqual({ exitCode: 130, signal: null });
      expect(await readdir(directory)).toEqual([]);
      expect(await processesWith(directory)).toEqual([]);
    } finally {
      await running.terminate();
    }
  });

  test('names its topics where it is asked for one that it does not have', async () => {
    const { exitCode, stderr } = await labRunner.run(bench('speed'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('There is no topic "speed"; there are: start, open,');
  });
});
