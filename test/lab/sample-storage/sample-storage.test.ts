import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPythons } from '../../remote/probe/pythons.ts';
import { runOrThrow } from '../run.ts';
import { ensureVenv } from '../venvs.ts';
import { makeSampleStorage, startLiveStorage } from './sample-storage.ts';

const here = import.meta.dirname;

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-samples-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const shapesOf = async (storage: string): Promise<unknown> =>
  JSON.parse(await runOrThrow({ file: 'python3', args: ['-B', join(here, 'shapes.py'), storage] }));

test.each([
  ['runicorn-0.5', '0.5'],
  ['runicorn-0.6', '0.6'],
  ['runicorn-newest', '0.6'],
] as const)(
  'sample runs look as those that %s has written',
  { timeout: 300_000 },
  async (name, version) => {
    const { python } = await ensureVenv(name);
    const [real, sample] = [join(directory, 'real'), join(directory, 'sample')];
    await runOrThrow({
      file: python,
      args: ['-B', join(here, 'by_sdk.py'), real, join(directory, 'work')],
    });
    await runOrThrow({
      file: 'python3',
      args: ['-B', join(here, 'by_formats.py'), sample, version],
    });
    const shapes = await shapesOf(real);
    expect(Object.keys(shapes as object).length).toBeGreaterThan(6);
    expect(await shapesOf(sample)).toEqual(shapes);
  },
);

test.each(findPythons())(
  'samples are written by Python $version without any package',
  async (python) => {
    const storage = join(directory, 'storage');
    const settings = JSON.stringify({ storage, sample: true, runs: 3, long: 50 });
    const writer = join(here, 'write_storage.py');
    const written = await runOrThrow({
      file: python.executable,
      args: ['-B', '-S', writer, settings],
    });
    expect(JSON.parse(written)).toMatchObject({ runs: 15 });
  },
);

test('a live storage has a training that goes on until it is stopped', async () => {
  const storage = join(directory, 'storage');
  const live = await startLiveStorage({ storage, sample: true, paceS: 0.01 });
  expect(live.runs).toBe(12);
  await live.stop();
  expect(() => process.kill(live.pid, 0)).toThrow();
});

test('a big storage has as many runs and lines as asked for', async () => {
  const storage = join(directory, 'storage');
  expect(await makeSampleStorage({ storage, runs: 100, lines: 5 })).toEqual({ storage, runs: 100 });
});
