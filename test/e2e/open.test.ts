import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startLab } from '../lab/lab.ts';
import { ensureVenv } from '../lab/venvs.ts';
import { at, bearer, get } from './http.ts';
import { shareServer } from './server.ts';
import { expectNothingLeft, viewerOn, viewersOn } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

const server = shareServer();

const runsSchema = z.array(z.looseObject({ id: z.string() }));
const idsOf = (body: string) => runsSchema.parse(JSON.parse(body)).map(({ id }) => id);

describe('porthole open', () => {
  test('tells its steps and then what is open, and only the holder of the token gets in', async () => {
    await using here = await makeWorkplace();
    const { lab, venv, storage, runs, words } = server();
    const porthole = here.open(lab, words);
    const ready = await porthole.ready();

    expect(ready).toMatchObject({
      session: 'lab',
      host: 'lab',
      viewerVersion: expect.stringMatching(/^0\.\d+\.\d+/),
      python: venv.python,
      storage,
    });
    const { url, localPort } = ready;
    expect(url).toMatch(new RegExp(`^http://localhost:${localPort}/\\?token=porthole_[\\w-]{43}$`));
    expect(stepsIn(porthole.lines())).toEqual([
      ...['connect start', 'connect done', 'probe start', 'probe done'],
      ...['launch start', 'launch done', 'forward start', 'forward done'],
    ]);

    const page = await get(url, { Accept: 'text/html,*/*' });
    expect(page.status).toBe(200);
    const [cookie = ''] = page.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^porthole-[^;]+; Path=\/; HttpOnly; SameSite=Strict$/);
    const redirect = await get(url);
    expect([redirect.status, redirect.headers.location]).toEqual([302, '/']);

    const api = at(url, '/api/runs');
    const session = { Cookie: cookie.split(';')[0] ?? '' };
    const listed = await get(api, session);
    expect(listed.status).toBe(200);
    expect(new Set(idsOf(listed.body))).toEqual(new Set(runs.map(({ runId }) => runId)));
    expect((await get(api, bearer(url))).body).toBe(listed.body);

    expect((await get(api)).status).toBe(401);
    expect((await get(at(url, '/?token=wrong'))).status).toBe(401);
    const strangers = [{ Origin: 'https://evil.example' }, { Host: 'evil.example' }];
    for (const headers of strangers) {
      expect((await get(api, { ...session, ...headers })).status).toBe(403);
      expect((await get(url, headers)).status).toBe(403);
    }

    const viewers = await viewersOn(lab);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('asks for no token where told so, and for everything else', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, [...words, '--no-auth']);
    const { url } = await porthole.ready();
    expect(new URL(url).search).toBe('');
    expect((await get(at(url, '/api/runs'))).status).toBe(200);
    expect((await get(url, { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await get(url, { Host: 'evil.example' })).status).toBe(403);
    await porthole.end('SIGTERM');
  });
});

describe('from another terminal', () => {
  test('a session is listed, addressed, read and stopped, and nothing of it is left', async () => {
    await using here = await makeWorkplace();
    const { lab, words, storage } = server();
    const porthole = here.open(lab, words);
    const ready = await porthole.ready();
    const viewers = [await viewerOn(lab)];

    const listed = await here.run(['ls', '--json']);
    const { sessions } = z.object({ sessions: z.array(z.unknown()) }).parse(json(listed.stdout));
    expect(sessions).toMatchObject([
      {
        session: 'lab',
        host: 'lab',
        viewer: 'runicorn',
        env: ready.env,
        storage,
        localPort: ready.localPort,
        url: ready.url,
        state: 'ready',
        latencyMs: expect.any(Number),
        startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ]);
    expect((await here.run(['url', 'lab'])).stdout).toBe(`${ready.url}\n`);
    expect(await here.run(['logs', 'lab'])).toMatchObject({ exitCode: 0 });

    const stopped = await here.run(['stop', 'lab', '--json']);
    expect([stopped.exitCode, json(stopped.stdout)]).toEqual([0, { stopped: ['lab'] }]);
    expect(await porthole.process.exited).toEqual({ exitCode: 0, signal: null });
    expect(porthole.lines().at(-1)).toMatchObject({ type: 'state', state: 'stopped' });
    await expectNothingLeft(here, [{ lab, viewers }]);
    expect(json((await here.run(['ls', '--json'])).stdout)).toEqual({ sessions: [] });
  });

  test('the log of its viewer is read as it grows', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, words);
    await porthole.ready();
    const socketPath = join((await viewerOn(lab)).directory, 'viewer.sock');

    await provoke(socketPath);
    const followed = here.start(['logs', 'lab', '-f']);
    await followed.text(COMPLAINT);
    const before = await here.run(['logs', 'lab', '-n', '1']);
    expect(before.stdout).toMatch(new RegExp(`^.*${COMPLAINT}.*\\n$`));
    await provoke(socketPath);
    await followed.text(COMPLAINT, 2);
    expect(await followed.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await porthole.end('SIGINT');
  });
});

describe('a second open', () => {
  test('hands over to the first, on the same connection, and leaves what it opened to it', async () => {
    await using here = await makeWorkplace();
    const { lab, words, storage } = server();
    const first = here.open(lab, words);
    const one = await first.ready();
    const other = await ensureVenv('runicorn-0.5');
    const second = here.open(lab, ['--env', other.directory, '--storage', storage]);
    const two = await second.ready();

    expect(await second.process.exited).toEqual({ exitCode: 0, signal: null });
    expect(two).toMatchObject({
      session: 'lab-2',
      viewerVersion: expect.stringMatching(/^0\.5\./),
    });
    expect(two.localPort).not.toBe(one.localPort);
    expect(await lab.connections()).toBe(1);
    const viewers = await viewersOn(lab);
    expect(viewers).toHaveLength(2);
    // Cookies ignore ports, so neither may take the place of the other's.
    for (const { url } of [one, two]) {
      expect((await get(at(url, '/api/health'), bearer(url))).status).toBe(200);
    }
    expect((await get(at(one.url, '/api/health'), bearer(two.url))).status).toBe(401);

    expect((await here.run(['stop', 'lab'])).exitCode).toBe(0);
    expect((await get(at(two.url, '/api/health'), bearer(two.url))).status).toBe(200);
    expect(await lab.connections()).toBe(1);
    expect((await here.run(['stop', '--all'])).exitCode).toBe(0);
    expect(await first.process.exited).toEqual({ exitCode: 0, signal: null });
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('of what is open already is handed that, and starts nothing', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const first = here.open(lab, words);
    const { ms: _, ...opened } = await first.ready();
    // Named in full, and left to what was opened last.
    for (const again of [words, [], ['--port', String(opened.localPort)]]) {
      const second = here.open(lab, again);
      expect(await second.ready()).toMatchObject(opened);
      expect(await second.process.exited).toEqual({ exitCode: 0, signal: null });
      expect(second.lines()).toMatchObject([
        { type: 'note', text: 'lab is open and shows this already.' },
        { type: 'ready' },
      ]);
    }
    const viewers = [await viewerOn(lab)];
    await first.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('that fails leaves no viewer behind, also where one was launched already', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const first = here.open(lab, words);
    const { localPort } = await first.ready();
    const viewers = await viewersOn(lab);
    // Its choice is remembered by now, so that it launches before anything else is known.
    const taken = ['--no-auth', '--port', String(localPort)];
    const second = here.open(lab, [...words, ...taken]);
    expect((await second.process.exited).exitCode).not.toBe(0);
    expect(second.lines().at(-1)).toMatchObject({ type: 'error', code: 'port-taken' });
    expect((await viewersOn(lab)).map(({ directory }) => directory)).toEqual(
      viewers.map(({ directory }) => directory),
    );
    expect(await first.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('opens another host beside the first', async () => {
    await using here = await makeWorkplace();
    await using other = await startLab({ alias: 'other' });
    const { lab, words } = server();
    const first = here.open(lab, words);
    const second = here.open(other, words);
    const ready = await Promise.all([first.ready(), second.ready()]);
    expect(ready.map(({ session }) => session)).toEqual(['lab', 'other']);
    const viewers = [await viewerOn(lab), await viewerOn(other)] as const;
    for (const { url } of ready) expect((await get(url)).status).toBe(302);

    // Either of the two may have become the hub.
    const hub = await Promise.race([
      first.process.exited.then(() => second),
      second.process.exited.then(() => first),
    ]);
    expect(await hub.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [
      { lab, viewers: [viewers[0]] },
      { lab: other, viewers: [viewers[1]] },
    ]);
  });
});

const COMPLAINT = 'Invalid HTTP request received';

/** Makes Runicorn's server write a line to its log; the gateway would not let this through. */
const provoke = async (socketPath: string): Promise<void> => {
  const socket = connect(socketPath, () => socket.end('this is no HTTP\r\n\r\n'));
  await once(socket.resume(), 'close');
};

const json = (text: string): unknown => JSON.parse(text);

const stepsIn = (lines: readonly unknown[]): readonly string[] =>
  lines.flatMap((line) => {
    const { type, step, status } = line as Record<string, string>;
    return type === 'step' ? [`${step} ${status}`] : [];
  });
