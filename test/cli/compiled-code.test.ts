import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../scripts/lib/ensure-built.ts';
import { labRunner } from '../lab/run.ts';

/** Node 22 and newer keep it by themselves, in a form of their own. */
const isOurOwn = Number(process.versions.node.split('.')[0]) < 22;

describe('what V8 makes of porthole', () => {
  let program = '';
  let home = '';
  let code = '';
  beforeAll(async () => {
    program = await ensureBuilt();
  });
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'ph-code-'));
    code = join(home, 'cache', 'code');
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const ls = async () => {
    const { exitCode, stdout } = await labRunner.run({
      file: process.execPath,
      args: [program, 'ls', '--json'],
      env: { PORTHOLE_HOME: home },
    });
    expect({ exitCode, stdout: stdout.trim() }).toEqual({
      exitCode: 0,
      stdout: '{"sessions":[]}',
    });
  };

  const engineFile = async (): Promise<string> => {
    const name = (await readdir(code)).find((one) => one.startsWith('engine-'));
    return join(code, name ?? 'none');
  };

  test('is kept for this account alone, and not written again', async () => {
    await ls();
    expect((await stat(code)).mode & 0o077).toBe(0);
    const names = await readdir(code, { recursive: true });
    expect(names.length).toBeGreaterThan(0);
    const times = async () =>
      Promise.all(names.map(async (name) => (await stat(join(code, name))).mtimeMs));
    const first = await times();
    await ls();
    expect(await times()).toEqual(first);
  });

  test.runIf(isOurOwn)('is made anew where it was damaged', async () => {
    await ls();
    const file = await engineFile();
    const good = await readFile(file);
    const damaged = Buffer.from(good);
    damaged.fill(0x2a, damaged.length >> 1, (damaged.length >> 1) + 64);
    for (const bad of [damaged, good.subarray(0, 1000), Buffer.alloc(0)]) {
      await writeFile(file, bad);
      await ls();
      expect((await readFile(file)).equals(bad)).toBe(false);
    }
  });

  test('is not taken from a directory that others may write to', async () => {
    await mkdir(code, { recursive: true });
    await chmod(code, 0o777);
    await ls();
    expect(await readdir(code)).toEqual([]);
  });

  test('is left where it cannot be kept', async () => {
    await writeFile(join(home, 'cache'), 'no directory');
    await ls();
  });

  test.runIf(isOurOwn)('of builds that have gone is forgotten, the oldest first', async () => {
    await mkdir(code, { recursive: true, mode: 0o700 });
    for (let i = 0; i < 80; i++) await writeFile(join(code, `gone-${i}.js-v20.0.0-x64`), 'x');
    await ls();
    const names = await readdir(code);
    expect(names).toHaveLength(48);
    expect(await engineFile()).not.toMatch(/none$/);
  });
});
