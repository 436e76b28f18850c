import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { haveOrSkip, SSHD } from '../lab/have-or-skip.ts';
import { processesWith } from '../lab/processes.ts';
import { labRunner } from '../lab/run.ts';

const root = join(import.meta.dirname, '../..');

test('the demo opens the viewer on a server of its own, and Ctrl+C leaves nothing', async (context) => {
  haveOrSkip(context, SSHD);
  const demo = labRunner.start({
    file: process.execPath,
    args: [join(root, 'scripts/run.mjs'), 'demo'],
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
    const runs = await (await fetch(new URL('/api/runs', address), { headers })).json();
    expect(JSON.stringify(runs)).toContain('spirals/live');
    expect(await processesWith(basename(lab))).not.toEqual([]);

    process.kill(demo.pid ?? Number.NaN, 'SIGINT');
    expect(await demo.exited).toEqual({ exitCode: 130, signal: null });
    expect(await processesWith(basename(lab))).toEqual([]);
    await expect(access(lab)).rejects.toThrow('ENOENT');
    // Nobody answers there, or somebody else, who does not know the token.
    expect((await fetch(address).catch(() => undefined))?.ok).not.toBe(true);
  } finally {
    await demo.terminate();
  }
});
