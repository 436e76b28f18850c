import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { at, bearer, get } from './http.ts';
import { shareServer } from './server.ts';
import { expectNothingLeft, viewersOn } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

const server = shareServer();

const runsSchema = z.object({ columns: z.object({ id: z.array(z.string()) }) });
const idsOf = (body: string) => new Set(runsSchema.parse(JSON.parse(body)).columns.id);

describe('the bundled viewer', () => {
  test('shows the storage with its pages from this machine, and goes with the session', async () => {
    await using here = await makeWorkplace();
    const { lab, storage, runs } = server();
    const porthole = here.open(lab, ['--viewer', 'builtin', '--storage', storage]);
    const { url, ...ready } = await porthole.ready();
    expect(ready).toMatchObject({ viewer: 'builtin', env: null, python: null, storage });

    const page = await get(at(url, '/'), bearer(url));
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(page.body)?.[1] ?? 'no script';
    const asset = await get(at(url, script), bearer(url));
    expect(asset.headers['cache-control']).toContain('immutable');
    const listed = await get(at(url, '/api/runs'), bearer(url));
    expect(idsOf(listed.body)).toEqual(new Set(runs.map(({ runId }) => runId)));
    expect((await get(at(url, '/api/runs'))).status).toBe(401);

    const log = await here.run(['logs', 'lab']);
    expect([log.stdout, log.stderr]).toEqual(['', 'The viewer has written nothing.\n']);

    const viewers = await viewersOn(lab);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('is remembered, and started anew without a probe', async () => {
    await using here = await makeWorkplace();
    const { lab, storage } = server();
    const words = ['--viewer', 'builtin', '--storage', storage];
    const first = here.open(lab, words);
    await first.ready();
    await first.end('SIGINT');
    const second = here.open(lab, words);
    expect(await second.ready()).toMatchObject({ viewer: 'builtin', storage });
    expect(second.lines().some((line) => line.type === 'step' && line.step === 'probe')).toBe(
      false,
    );
    await second.end('SIGINT');
  });

  test('is taken, and this said, on a server where nothing is installed', async (context) => {
    haveOrSkip(context, SSHD);
    await using here = await makeWorkplace();
    await using bare = await startLab({
      alias: 'bare',
      // Of an account of its own, where that can be: trainings of others have environments, too.
      ...(ROOT.have() ? { account: {} } : {}),
      homeFiles: { 'runicorn_data/runs/a/20260101_101010_abcdef/meta.json': '{}' },
    });
    const porthole = here.open(bare);
    const ready = await porthole.ready();
    expect(ready).toMatchObject({
      viewer: 'builtin',
      storage: join(bare.home, 'runicorn_data'),
    });
    const notes = porthole.lines().filter(({ type }) => type === 'note');
    expect(notes).toEqual([{ type: 'note', text: expect.stringContaining('bundled viewer') }]);
    await porthole.end('SIGINT');
  });
});
