import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { haveOrSkip, SSHD } from '../lab/have-or-skip.ts';
import { processesWith } from '../lab/processes.ts';
import { labRunner } from '../lab/run.ts';

const root = join(import.meta.dirname, '../..');

const runsSchema = z.object({
  columns: z.object({ run: z.array(z.string()), status: z.array(z.string()) }),
});
const seriesSchema = z.object({ series: z.array(z.object({ points: z.number() })) });

/** No package index, no environment that was made before: what a fresh clone has. */
const withoutPyPI = (cache: string) => ({
  PIP_INDEX_URL: 'http://127.0.0.1:9/simple',
  PIP_NO_CACHE_DIR: '1',
  XDG_CACHE_HOME: cache,
  XDG_RUNTIME_DIR: cache,
});

test('the demo opens the viewer on a server of its own without PyPI, and Ctrl+C leaves nothing', async (context) => {
  haveOrSkip(context, SSHD);
  const cache = await mkdtemp(join(tmpdir(), 'porthole-demo-'));
  const demo = labRunner.start({
    file: process.execPath,
    args: [join(root, 'scripts/run.mjs'), 'demo'],
    env: withoutPyPI(cache),
  });
  try {
    const said: string[] = [];
    for await (const line of createInterface({ input: demo.stdout })) {
      said.push(line);
      if (line.startsWith('http://')) break;
    }
    const address = new URL(said.at(-1) ?? '');
    const lab = /\S+\/porthole-lab-\w+/.exec(said.join('\n'))?.[0] ?? '';

    const headers = { Authorization: `Bearer ${address.searchParams.get('token')}` };
    const ask = async (path: string) => (await fetch(new URL(path, address), { headers })).json();
    const { columns } = runsSchema.parse(await ask('/api/runs'));
    const live = columns.run.find((key) => key.includes('spirals/net')) ?? 'no such run';
    expect(columns.status[columns.run.indexOf(live)]).toBe('running');
    const points = async () => {
      const question = `run=${encodeURIComponent(live)}&metric=train/loss`;
      return seriesSchema.parse(await ask(`/api/series?${question}`)).series[0]?.points ?? 0;
    };
    const atFirst = await points();
    expect(atFirst).toBeGreaterThan(50);
    // It goes on while one looks.
    await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(atFirst);
    expect(await processesWith(basename(lab))).not.toEqual([]);

    process.kill(demo.pid ?? Number.NaN, 'SIGINT');
    expect(await demo.exited).toEqual({ exitCode: 130, signal: null });
    expect(await processesWith(basename(lab))).toEqual([]);
    await expect(access(lab)).rejects.toThrow('ENOENT');
    // Nobody answers there, or somebody else, who does not know the token.
    expect((await fetch(address).catch(() => undefined))?.ok).not.toBe(true);
  } finally {
    await demo.terminate();
    await rm(cache, { recursive: true, force: true });
  }
});
