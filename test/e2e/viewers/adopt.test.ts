import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runningViewerSchema } from '../../../src/remote/protocol/probe.ts';
import { labRunner } from '../../lab/run.ts';
import { startDashboard } from '../dashboard/dashboard.ts';
import { at, bearer, get } from '../http.ts';
import { expectNothingLeft, masterOf } from '../server-side.ts';
import { makeWorkplace, type Workplace } from '../workplace.ts';
import { type ByHand, startByHand } from './by-hand.ts';
import { shareViewer } from './viewer-server.ts';

const server = shareViewer('tensorboard');

/** TensorBoard as people start it: porthole knows nothing of it. */
const tensorboardByHand = async (words: readonly string[] = []): Promise<ByHand> => {
  const { lab, venv, storage } = server();
  const temporary = join(lab.directory, 'tmp');
  await mkdir(temporary, { recursive: true });
  return startByHand({
    file: join(venv.directory, 'bin/tensorboard'),
    args: ['--logdir', storage, '--port', '0', '--host', '127.0.0.1', ...words],
    env: { HOME: lab.directory, TMPDIR: temporary },
  });
};

const RUNS = '/data/runs';
const runsOf = async (url: string, path = RUNS) => get(at(url, path), bearer(url));

describe('a TensorBoard that its user runs already', () => {
  test('is listed by porthole envs, for people and for scripts', async () => {
    await using here = await makeWorkplace();
    await using board = await tensorboardByHand();
    const found = await runningOn(here, board.pid);
    expect(found).toMatchObject({
      viewer: 'tensorboard',
      endpoint: { kind: 'tcp', port: board.port },
      ...{ home: '/', storage: server().storage, version: expect.stringMatching(/^2\./) },
    });
    const { stdout } = await envs(here, []);
    expect(stdout).toMatch(/\d+ viewers? of yours running already/);
    expect(stdout).toMatch(
      new RegExp(`^TensorBoard +2\\.\\S+ +\\S+data +${board.pid} +port ${board.port}`, 'm'),
    );
  });

  test('is opened by its pid, and goes on when the session has ended', async () => {
    await using here = await makeWorkplace();
    await using board = await tensorboardByHand();
    const porthole = here.open(server().lab, ['--adopt', String(board.pid)]);
    const ready = await porthole.ready();
    expect(ready).toMatchObject({
      ...{ viewer: 'tensorboard', env: null, storage: server().storage, adopted: board.pid },
    });
    expect((await runsOf(ready.url)).body).toContain('fast/version_0');
    const log = await here.run(['logs', ready.session]);
    expect(log).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('not started by') });
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab: server().lab, viewers: [] }]);
    expect(board.isAlive()).toBe(true);
    expect((await get(`http://127.0.0.1:${board.port}${RUNS}`)).status).toBe(200);
    // What was adopted is not what opens the next time.
    expect(await here.keptText()).not.toContain('"choice"');
  });

  test('is found again when ssh is killed: the same process at the same address', async () => {
    await using here = await makeWorkplace();
    await using board = await tensorboardByHand();
    const porthole = here.open(server().lab, ['--adopt', String(board.pid)]);
    const { url } = await porthole.ready();
    process.kill(await masterOf(here), 'SIGKILL');
    await porthole.line((line) => line.type === 'state' && line.state === 'ready');
    expect((await runsOf(url)).body).toContain('fast/version_0');
    await porthole.end('SIGINT');
    expect(board.isAlive()).toBe(true);
  });

  test('that has ended ends the session, which says so, whoever listens at its port then', async () => {
    await using here = await makeWorkplace();
    await using board = await tensorboardByHand();
    const porthole = here.open(server().lab, ['--adopt', String(board.pid)]);
    await porthole.ready();
    await board.end();
    const stranger = labRunner.start({
      file: 'python3',
      args: ['-m', 'http.server', String(board.port), '--bind', '127.0.0.1'],
    });
    try {
      const failed = await porthole.line((line) => line.type === 'error');
      expect(failed).toMatchObject({
        code: 'adopt-refused',
        // It lets go of its port some time before it ends.
        message: expect.stringMatching(/it has ended|it does not serve port/),
        hint: expect.stringContaining('not started by porthole'),
      });
      expect(await porthole.process.exited).toEqual({ exitCode: 6, signal: null });
    } finally {
      await stranger.terminate();
    }
    await expectNothingLeft(here, [{ lab: server().lab, viewers: [] }]);
  });

  test('that ended while the link was lost is not mistaken for another', async () => {
    await using here = await makeWorkplace();
    await using board = await tensorboardByHand();
    const { lab } = server();
    const porthole = here.open(lab, ['--adopt', String(board.pid)]);
    await porthole.ready();
    lab.relay?.cut();
    try {
      await porthole.line((line) => line.type === 'state' && line.state === 'reconnecting');
      await board.end();
      // Three attempts in vain: the next one is seconds away.
      let attempts = 0;
      await porthole.line(
        (line) => line.type === 'state' && line.phase === 'connecting' && ++attempts === 4,
      );
    } finally {
      lab.relay?.restore();
    }
    // Whoever opens it again brings it back at once, and hears what became of it as well.
    const again = here.open(lab, ['--adopt', String(board.pid)]);
    const { exitCode } = await again.process.exited;
    const refused = { type: 'error', code: 'adopt-refused' };
    expect({ exitCode, last: again.lines().at(-1) }).toMatchObject({ exitCode: 6, last: refused });
    expect(await porthole.line((line) => line.type === 'error')).toMatchObject(refused);
  });

  test('behind a path of its own is opened there', async () => {
    await using here = await makeWorkplace();
    await using board = await tensorboardByHand(['--path_prefix', '/lab/tb']);
    const porthole = here.open(server().lab, ['--adopt', String(board.pid)]);
    const { url } = await porthole.ready();
    expect(new URL(url).pathname).toBe('/lab/tb/');
    expect((await runsOf(url, '/lab/tb/data/runs')).body).toContain('fast/version_0');
    const page = await get(url, { Accept: 'text/html' });
    expect(page.body).toContain('/lab/tb/');
    await porthole.end('SIGINT');
  });

  test('is named where a second one is started on the same data, and never taken unasked', async () => {
    await using here = await makeWorkplace();
    await using board = await tensorboardByHand();
    const { lab, venv, storage } = server();
    const porthole = here.open(lab, ['--env', venv.directory, '--storage', storage]);
    const ready = await porthole.ready();
    expect(ready.adopted).toBeUndefined();
    const notes = porthole.lines().flatMap((line) => (line.type === 'note' ? [line.text] : []));
    expect(notes).toContainEqual(
      expect.stringContaining(`porthole open ${lab.alias} --adopt ${board.pid} opens that one.`),
    );
    await porthole.end('SIGINT');
  });
});

test('--pick offers it beside those to start', async () => {
  await using here = await makeWorkplace();
  await using board = await tensorboardByHand();
  const { lab } = server();
  here.watch(lab);
  const { transcript, exit } = await here.onTerminal(
    ['open', lab.alias, '-F', lab.configFile, '--no-open', '--pick'],
    [
      { expect: 'Viewer on', send: `running ${board.pid}` },
      { expect: '1 of ', send: '\r' },
      { expect: 'there goes on', send: '\u0003' },
    ],
  );
  const text = stripVTControlCharacters(transcript);
  expect(text).toContain(`runs already, process ${board.pid}`);
  expect(text).toContain(`port ${board.port}, shows ${server().storage}; it is opened as it is`);
  expect(exit).toBe(130);
  expect(board.isAlive()).toBe(true);
});

test('the dashboard offers it beside the environments', async () => {
  await using here = await makeWorkplace();
  await using board = await tensorboardByHand();
  const { lab } = server();
  const dashboard = await startDashboard(here, lab);
  await using page = await dashboard.follow();
  const target = { kind: 'ssh', host: lab.alias, port: null, user: null } as const;
  const { opening } = await dashboard.call('POST /api/openings', {
    body: { target: { ...target, auth: { kind: 'config' } } },
  });
  const params = { opening };
  const phase = (kind: string) =>
    page.until(({ openings }) =>
      openings.some((one) => one.opening === opening && one.phase.kind === kind) ? true : undefined,
    );
  await phase('choosing');
  const question = await dashboard.call('GET /api/openings/{opening}/question', { params });
  expect(question.running).toContainEqual(
    expect.objectContaining({ pid: board.pid, title: 'TensorBoard', at: `port ${board.port}` }),
  );
  const refused = await dashboard.refused('POST /api/openings/{opening}/choice', {
    ...{ params, body: { adopt: 1 } },
  });
  expect(refused.status).toBe(422);
  await dashboard.call('POST /api/openings/{opening}/choice', {
    ...{ params, body: { adopt: board.pid } },
  });
  await phase('ready');
  const { stdout } = await here.run(['ls', '--json']);
  expect(stdout).toContain(`"adopted":${board.pid}`);
  await dashboard.porthole.end('SIGINT');
  await expectNothingLeft(here, [{ lab, viewers: [] }]);
  expect(board.isAlive()).toBe(true);
});

describe('--adopt', () => {
  test('refuses a process that is no viewer of the user’s, and names those that are', async () => {
    await using here = await makeWorkplace();
    await using board = await tensorboardByHand();
    const porthole = here.open(server().lab, ['--adopt', String(process.pid)]);
    expect(await porthole.line((line) => line.type === 'error')).toMatchObject({
      code: 'adopt-refused',
      hint: expect.stringContaining(`process ${board.pid}, port ${board.port}`),
    });
  });

  test.each([
    [['--adopt', 'tensorboard'], 'number of a process'],
    [['--adopt', '1', '--viewer', 'aim'], '--viewer has no meaning'],
    [['--adopt', '1', '--pick'], '--pick has no meaning'],
  ])('%j is refused before anything is dialled', async (words, message) => {
    await using here = await makeWorkplace();
    const porthole = here.open(server().lab, words);
    expect(await porthole.line((line) => line.type === 'error')).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
    });
  });
});

const envs = (here: Workplace, words: readonly string[]) =>
  here.run(['envs', server().lab.alias, '-F', server().lab.configFile, ...words]);

const runningOn = async (here: Workplace, pid: number) => {
  const { stdout } = await envs(here, ['--json']);
  const { running } = z.object({ running: z.array(runningViewerSchema) }).parse(JSON.parse(stdout));
  return running.find((one) => one.process.pid === pid);
};
