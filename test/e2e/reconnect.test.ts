import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jumpClock, jumpingClockEnv } from '../lab/jumping-clock.ts';
import { at, bearer, get } from './http.ts';
import { shareServer } from './server.ts';
import {
  expectNothingLeft,
  masterOf,
  type ViewerThere,
  viewerOn,
  viewersOn,
} from './server-side.ts';
import { makeWorkplace, type RunningPorthole, type Workplace } from './workplace.ts';

const server = shareServer({ relay: {} });

describe('a lost connection', () => {
  test('comes back to the same address and the same viewer process when ssh is killed', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, words);
    const { url } = await porthole.ready();
    const viewer = await viewerOn(lab);

    process.kill(await masterOf(here), 'SIGKILL');
    const states = await statesUntilReady(porthole);
    expect(states[0]).toMatchObject({ state: 'reconnecting', phase: 'waiting' });
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    expect((await viewerOn(lab)).process).toMatchObject({
      pid: viewer.process.pid,
      startTime: viewer.process.startTime,
    });
    expect((await here.run(['url', 'lab'])).stdout.trim()).toBe(url);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
  });

  test('comes back when the server has been away, with a viewer of its own making again', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, words);
    const { url } = await porthole.ready();
    const before = await viewerOn(lab);
    await lab.stop();
    await porthole.line((line) => line.type === 'state' && line.state === 'reconnecting');
    expect(await listedState(here)).toBe('reconnecting');
    const [page, data] = await Promise.all([
      get(at(url, '/'), { ...bearer(url), Accept: 'text/html' }),
      get(at(url, '/api/runs'), bearer(url)),
    ]);
    expect(page).toMatchObject({
      status: 503,
      body: expect.stringContaining('Reconnecting to lab'),
    });
    expect(data).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(JSON.parse(data.body)).toMatchObject({ error: { code: 'reconnecting' } });

    process.kill(before.process.pid, 'SIGKILL');
    await lab.restart();
    await here.run(['retry', 'lab']);
    expect((await statesUntilReady(porthole)).at(-1)).toMatchObject({
      state: 'ready',
      reason: expect.stringMatching(/ended .* started again$/),
    });
    const after = await viewerOn(lab);
    expect(after.process.pid).not.toBe(before.process.pid);
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [before, after] }]);
  });

  test('failure mode 14: comes back to the same address after a sleep that was longer than the lease', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, [...words, '--grace', '2']);
    const { url } = await porthole.ready();
    const before = await viewerOn(lab);
    // As this machine does when its lid is closed.
    process.kill(porthole.pid, 'SIGSTOP');
    await expect.poll(() => viewersOn(lab), { timeout: 60_000 }).toEqual([]);
    process.kill(porthole.pid, 'SIGCONT');

    await statesUntilReady(porthole);
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    const after = await viewerOn(lab);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [before, after] }]);
  });

  test('failure mode 14: leaves a link that is dead for good, at once after sleep', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, words, jumpingClockEnv(here.directory));
    const { url } = await porthole.ready();
    const viewer = await viewerOn(lab);
    // The network has forgotten the connection, and the wall clock has gone on alone.
    lab.relay?.strand();
    await jumpClock(porthole.pid, 8);
    const [away] = await statesUntilReady(porthole);
    lab.relay?.restore();
    expect(away).toMatchObject({ reason: expect.stringMatching(/^Nothing has come .* for \d+ s/) });
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    expect((await viewerOn(lab)).process.pid).toBe(viewer.process.pid);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
  });

  test('is stopped at once while it is away, too', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, [...words, '--grace', '2']);
    await porthole.ready();
    const viewers = [await viewerOn(lab)];
    lab.relay?.cut();
    try {
      await porthole.line((line) => line.type === 'state' && line.state === 'reconnecting');
      expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    } finally {
      lab.relay?.restore();
    }
    await expectNothingLeft(here, [{ lab, viewers }]);
  });
});

describe('a viewer that is killed on the server', () => {
  test('is started again at the same address, which says why', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, words);
    const { url } = await porthole.ready();
    const before = await viewerOn(lab);
    const master = await masterOf(here);
    process.kill(before.process.pid, 'SIGKILL');

    const [away, , back] = await statesUntilReady(porthole);
    const why = expect.stringMatching(/ended while it was open, by signal 9/);
    expect(away).toMatchObject({ state: 'reconnecting', reason: why });
    expect(back).toMatchObject({
      state: 'ready',
      reason: expect.stringMatching(/signal 9; it was started again/),
    });
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    const after = await viewerOn(lab);
    expect(after.process.pid).not.toBe(before.process.pid);
    // Nobody had to log in for that.
    expect(await masterOf(here)).toBe(master);
    expect((await here.run(['ls'])).stdout).toMatch(
      /^lab: ready: .*signal 9; it was started again$/m,
    );
    expect(await here.keptText()).toMatch(/ended while it was open, by signal 9/);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [before, after] }]);
  });

  test('again and again ends the session, with its output', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, words);
    await porthole.ready();
    const viewers: ViewerThere[] = [];
    for (let time = 1; time <= 4; time++) {
      const viewer = await viewerOn(lab);
      viewers.push(viewer);
      process.kill(viewer.process.pid, 'SIGKILL');
      if (time < 4) await nthState(porthole, 'ready', time);
    }
    expect(await porthole.process.exited).toEqual({ exitCode: 7, signal: null });
    expect(porthole.lines().at(-1)).toMatchObject({
      type: 'error',
      code: 'viewer-exited',
      message: expect.stringContaining('signal 9'),
      hint: expect.stringContaining('started again 3 times within ten minutes'),
      output: expect.stringContaining('Diagnostics session started'),
    });
    await expectNothingLeft(here, [{ lab, viewers }]);
  });
});

test('failure mode 5: a tunnel that breaks while ssh lives is made anew', async () => {
  await using here = await makeWorkplace();
  const { lab, words } = server();
  const porthole = here.open(lab, words);
  const { url } = await porthole.ready();
  const viewer = await viewerOn(lab);
  const master = await masterOf(here);
  const [socket] = (await here.remains()).filter((path) => path.endsWith('local.sock'));
  await rm(join(here.env.XDG_RUNTIME_DIR, socket ?? ''));

  // Nothing but the tunnel has gone, so nothing but asking through it can tell.
  const told = () => porthole.lines().filter((line) => line.type === 'state');
  const broken = { state: 'reconnecting', reason: expect.stringContaining('tunnel') };
  await expect
    .poll(told, { timeout: 60_000 })
    .toEqual(expect.arrayContaining([expect.objectContaining(broken)]));
  await statesUntilReady(porthole);
  expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
  expect((await viewerOn(lab)).process.pid).toBe(viewer.process.pid);
  expect(await masterOf(here)).toBe(master);
  expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
  await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
});

describe('an open of what is open already, but away', () => {
  test('brings that session back instead of opening a second one', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, words);
    const { url } = await porthole.ready();
    const viewer = await viewerOn(lab);
    await lab.stop();
    // With the server all its processes have gone, the watchdog too.
    await porthole.line((line) => line.type === 'state' && line.phase === 'waiting');
    const inVain = here.open(lab, words);
    const { exitCode } = await inVain.process.exited;
    // Together, so that a failure tells what was said.
    expect({ exitCode, last: inVain.lines().at(-1) }).toMatchObject({
      exitCode: 3,
      last: {
        type: 'error',
        code: 'connection-closed',
        message: expect.stringMatching(/^lab is open, but cannot be reached: /),
        hint: expect.stringContaining('porthole retry lab'),
      },
    });
    await lab.restart();
    const again = here.open(lab, words);
    expect(await again.ready()).toMatchObject({ session: 'lab', url });
    expect((await again.process.exited).exitCode).toBe(0);
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    const after = await viewerOn(lab);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [viewer, after] }]);
  });

  test('ends with that session where it is stopped before it has come back', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, [...words, '--grace', '2']);
    await porthole.ready();
    const viewer = await viewerOn(lab);
    lab.relay?.blackhole();
    try {
      process.kill(await masterOf(here), 'SIGKILL');
      await porthole.line((line) => line.type === 'state' && line.phase === 'connecting');
      const again = here.open(lab, words);
      await again.line((line) => line.type === 'note' && line.text.includes('trying at once'));
      expect((await here.run(['stop', 'lab'])).exitCode).toBe(0);
      const { exitCode } = await again.process.exited;
      expect({ exitCode, last: again.lines().at(-1) }).toMatchObject({
        exitCode: 130,
        last: { type: 'error', code: 'interrupted', message: 'lab was stopped meanwhile.' },
      });
      await porthole.process.exited;
    } finally {
      lab.relay?.restore();
    }
    await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
  });
});

/** Waits for the state that is told so many times after `ready`. */
const nthState = async (porthole: RunningPorthole, state: string, number: number) => {
  let seen = 0;
  await porthole.line((line) => line.type === 'state' && line.state === state && ++seen === number);
};

/** The states told from the loss to the return. */
const statesUntilReady = async (porthole: RunningPorthole) => {
  await porthole.line((line) => line.type === 'state' && line.state === 'ready');
  return porthole.lines().filter((line) => line.type === 'state');
};

const listedState = async (here: Workplace): Promise<string | undefined> => {
  const { stdout } = await here.run(['ls', '--json']);
  const list = z.object({ sessions: z.array(z.object({ state: z.string() })) });
  return list.parse(JSON.parse(stdout)).sessions[0]?.state;
};
