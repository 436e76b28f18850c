import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processesWith } from '../lab/processes.ts';
import { makeSampleStorage } from '../lab/sample-storage/sample-storage.ts';
import { at, bearer, get } from './http.ts';
import { makeWorkplace } from './workplace.ts';

const open = ['here', '--no-open', '--json'];

describe('porthole here', () => {
  test("shows this machine's storage with the same pages, and leaves nothing behind", async () => {
    await using here = await makeWorkplace();
    const storage = join(here.directory, 'experiments');
    const { runs } = await makeSampleStorage({ storage, runs: 3 });
    const porthole = here.start([...open, storage]);
    const { url, ...ready } = await porthole.ready();
    expect(ready).toMatchObject({ session: 'here', viewer: 'builtin', env: null, storage });

    const listed = JSON.parse((await get(at(url, '/api/runs'), bearer(url))).body);
    expect(listed.rows).toBe(runs);
    expect((await get(at(url, '/'), bearer(url))).body).toContain('<div id="app">');
    expect((await get(at(url, '/api/runs'))).status).toBe(401);
    const viewers = await processesWith(here.directory);
    expect(viewers.some(({ args }) => args.includes('porthole-viewer'))).toBe(true);

    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    expect(await here.remains()).toEqual([]);
  });

  test('needs no ssh, and takes the storage of last time where none is named', async () => {
    await using here = await makeWorkplace();
    const storage = join(here.directory, 'experiments');
    await mkdir(join(storage, 'runs'), { recursive: true });
    const env = { PORTHOLE_SSH: join(here.directory, 'no-such-ssh') };
    const first = here.start([...open, storage], env);
    expect((await first.ready()).storage).toBe(storage);
    await first.end('SIGINT');
    const second = here.start(open, env);
    expect((await second.ready()).storage).toBe(storage);
    await second.end('SIGINT');
  });

  test('says what is wrong with a directory that is none', async () => {
    await using here = await makeWorkplace();
    const file = join(here.directory, 'file');
    await writeFile(file, '');
    for (const place of [file, join(here.directory, 'none')]) {
      const ended = await here.run([...open, place]);
      expect(ended.exitCode).toBe(6);
      expect(ended.stdout).toContain('"code":"storage-');
    }
    expect(await here.remains()).toEqual([]);
  });
});
