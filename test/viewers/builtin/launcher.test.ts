import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chartsPath, longRunOf, untilComplete } from '../../../scripts/bench/viewer-questions.ts';
import { viewerModules } from '../../../scripts/pack-viewer/pack-viewer.ts';
import { builtin } from '../../../src/viewers/builtin/builtin.ts';
import { makeSampleStorage } from '../../lab/sample-storage/sample-storage.ts';
import { type StartedViewer, startViewer } from '../../lab/start-viewer.ts';

let directory = '';
let runtime = '';
let storage = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-builtin-'));
  [runtime, storage] = [join(directory, 'runtime'), join(directory, 'storage')];
  await mkdir(runtime, { mode: 0o700 });
  await mkdir(join(storage, 'runs'), { recursive: true });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const start = (access: 'read-only' | 'manage'): Promise<StartedViewer> =>
  startViewer(
    builtin.launch({
      ...{ session: 's-1', python: 'python3', environment: null, storage, access, secret: '' },
    }),
    runtime,
  );

const manageIn = (body: string) => (JSON.parse(body) as { manage: boolean }).manage;

describe('the launcher of the bundled viewer', () => {
  test('serves the storage from the runtime directory, and writes nothing elsewhere', async () => {
    const before = await stat(storage);
    const viewer = await start('read-only');
    expect(viewer.endpoint).toEqual({ kind: 'socket', path: join(runtime, 'viewer.sock') });
    expect((await viewer.get('/api/health')).status).toBe(200);
    const info = await viewer.get('/api/info');
    expect(JSON.parse(info.body)).toMatchObject({ manage: false, storage: { path: storage } });
    viewer.process.stdin.end();
    expect(await viewer.process.exited).toEqual({ exitCode: 0, signal: null });
    expect(viewer.process.stderr.text()).toBe('');
    expect((await stat(storage)).mtimeMs).toBe(before.mtimeMs);
    expect(await readdir(directory)).toEqual(['runtime', 'storage']);
    expect(await readdir(runtime)).toEqual([]);
  });

  test('has its modules as files, each as it was packed, where a worker process reads a big file', async () => {
    await makeSampleStorage({ storage, long: 10_000 });
    const viewer = await start('read-only');
    const read = async (path: string): Promise<unknown> =>
      JSON.parse((await viewer.get(path)).body);
    const { key } = await longRunOf({ read });
    await untilComplete({ read }, `${chartsPath({ run: key, metrics: 1 })}&wait=5000`);
    for (const [name, source] of Object.entries(viewerModules())) {
      expect(await readFile(join(runtime, 'viewer', name), 'utf8')).toBe(source);
    }
    await viewer.process.terminate();
  });

  test('lets it manage the storage only where told so', async () => {
    const viewer = await start('manage');
    expect(manageIn((await viewer.get('/api/info')).body)).toBe(true);
    await viewer.process.terminate();
  });
});
