import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/hub/api/contract.ts';
import { haveOrSkip, SSHD } from '../../lab/have-or-skip.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { makeWorkplace } from '../workplace.ts';
import { startDashboard } from './dashboard.ts';

let lab: Lab;
beforeAll(async () => {
  if (SSHD.have()) lab = await startLab();
});
afterAll(() => lab?.[Symbol.asyncDispose]());
beforeEach((context) => haveOrSkip(context, SSHD));

const wish = {
  ...{ name: 'the bench', viewer: 'builtin', environment: null, storage: '/data' },
  target: {
    kind: 'ssh',
    ...{ host: 'lab', port: 2222, user: 'ada' },
    auth: { kind: 'key', path: '~/.ssh/id' },
  },
} as const;

describe('the state', () => {
  test('is the same in two pages, and one that was away gets what it missed', async () => {
    await using here = await makeWorkplace();
    const dashboard = await startDashboard(here, lab);
    await using one = await dashboard.follow();
    await using other = await dashboard.follow();
    const left = one.ids.at(-1);
    const { saved } = await dashboard.call('POST /api/saved', { body: wish });
    await dashboard.call('PATCH /api/settings', { body: { theme: 'dark', graceS: 300 } });
    for (const page of [one, other]) {
      await page.until(({ settings }) => (settings.theme === 'dark' ? true : undefined));
      expect(page.state.saved.map((it) => it.saved)).toEqual([saved]);
    }
    expect(one.state).toEqual(other.state);
    expect(one.state).toEqual(await dashboard.call('GET /api/state'));

    await using back = await dashboard.follow(left);
    await expect.poll(() => back.names).toEqual(['change', 'change']);
    expect(back.ids).toEqual(one.ids.slice(1));
    // Of another hub, or of the future: all of it.
    await using stranger = await dashboard.follow('0000.7');
    await expect.poll(() => stranger.names).toEqual(['snapshot']);
    await using ahead = await dashboard.follow(`${one.state.run}.999`);
    await expect.poll(() => ahead.names).toEqual(['snapshot']);
    await dashboard.porthole.end('SIGINT');
  });

  test('keeps saved connections and settings for the next hub, and says that this one ends', async () => {
    await using here = await makeWorkplace();
    const first = await startDashboard(here, lab);
    await using page = await first.follow();
    const { saved } = await first.call('POST /api/saved', { body: wish });
    const params = { saved };
    const renamed = { ...wish, name: 'another bench' };
    await first.call('PUT /api/saved/{saved}', { params, body: renamed });
    await first.call('PATCH /api/settings', { body: { browser: 'none' } });
    await first.call('POST /api/hub/quit');
    await page.ended;
    expect(page.text()).toContain('"kind":"hub-ending"');
    expect(await first.porthole.process.exited).toMatchObject({ exitCode: 0 });

    const second = await startDashboard(here, lab);
    const state = await second.call('GET /api/state');
    expect(state.saved).toMatchObject([{ ...renamed, saved, lastOpenedAt: null }]);
    expect(state.settings.browser).toBe('none');
    expect(state.run).not.toBe(page.state.run);
    // A page of the first hub is no page of the second.
    const { origin } = new URL(second.url);
    const token = new URL(first.url).searchParams.get('token');
    const old = await fetch(`${origin}/api/state`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(old.status).toBe(401);
    await second.call('DELETE /api/saved/{saved}', { params });
    expect((await second.call('GET /api/state')).saved).toEqual([]);
    await second.porthole.end('SIGINT');
  });
});

describe('porthole viewer', () => {
  test('asks the hub that runs for its dashboard, which then outlives what is open', async () => {
    await using here = await makeWorkplace();
    const storage = lab.home;
    await here.run(['here', storage, '--no-open', '--detach']);
    const asked = await here.run(['viewer', '--no-open']);
    expect(asked.exitCode).toBe(0);
    expect(asked.stderr).toContain('It stays in the background');
    const [url = ''] = asked.stdout.split('\n');
    const token = new URL(url).searchParams.get('token');
    const state = async () => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(new URL('/api/state', url), { headers })).json() as Promise<Snapshot>;
    };
    expect((await state()).sessions).toMatchObject([
      { session: 'here', place: 'here', openedBy: 'terminal', state: { kind: 'ready' } },
    ]);
    // The same again, by its other name.
    expect((await here.run(['dashboard', '--no-open'])).stdout).toBe(asked.stdout);
    expect((await here.run(['stop', 'here'])).exitCode).toBe(0);
    expect((await state()).sessions).toEqual([]);
    const ended = await here.run(['stop', '--all']);
    expect(ended.exitCode).toBe(0);
    expect(ended.stderr).toContain(
      `The dashboard at http://localhost:${new URL(url).port} has ended.`,
    );
    await expect.poll(() => here.remains(), { timeout: 60_000 }).toEqual([]);
  });

  test('takes the next port where its own is taken, but not where that was asked for', async () => {
    await using here = await makeWorkplace();
    await using there = await makeWorkplace();
    const first = await startDashboard(here, lab);
    const { port } = new URL(first.url);
    const refused = await there.run(['viewer', '--no-open', '--port', port]);
    expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('Cannot use the local port');
    const second = await startDashboard(there, lab);
    expect(Number(new URL(second.url).port)).toBeGreaterThan(Number(port));
    // One hub has one dashboard.
    const other = await here.run(['viewer', '--no-open', '--port', '9']);
    expect(other.stderr).toContain(`The dashboard is open already, at http://localhost:${port}`);
    await first.porthole.end('SIGINT');
    await second.porthole.end('SIGINT');
    expect(await here.remains()).toEqual([]);
  });
});

test('this machine is looked at and opened without ssh, from a saved connection as well', async () => {
  await using here = await makeWorkplace();
  const dashboard = await startDashboard(here, lab);
  await using page = await dashboard.follow();
  const found = await dashboard.call('POST /api/here/look');
  expect(found.user).toBe(lab.user);
  const body = {
    target: { kind: 'here' },
    ...{ name: 'mine', viewer: 'builtin' },
    ...{ environment: null, storage: lab.home },
  } as const;
  const { saved } = await dashboard.call('POST /api/saved', { body });
  const { opening } = await dashboard.call('POST /api/saved/{saved}/open', { params: { saved } });
  await page.until(({ openings }) =>
    openings.find((one) => one.opening === opening && one.phase.kind === 'ready'),
  );
  expect(page.state.sessions).toMatchObject([{ place: 'here', route: null, storage: lab.home }]);
  expect(page.state.saved).toMatchObject([{ saved, lastOpenedAt: expect.any(String) }]);
  const { stopped } = await dashboard.call('POST /api/sessions/stop-all');
  expect(stopped).toEqual(['here']);
  await dashboard.porthole.end('SIGINT');
  expect(await here.remains()).toEqual([]);
});

test('doctor tells its checks line by line, to whoever reads', async () => {
  await using here = await makeWorkplace();
  const dashboard = await startDashboard(here, lab);
  const target = { ...wish.target, port: null, user: null, auth: { kind: 'config' } };
  const answer = await dashboard.fetch('/api/doctor', {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ target }),
  });
  const lines = (await answer.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toEqual({ kind: 'started', doctor: 'd-1' });
  expect(lines.at(-1)).toMatchObject({
    kind: 'done',
    outcome: expect.stringMatching(/healthy|warnings/),
  });
  const checks = lines.flatMap(({ check }) => (check?.status === 'ok' ? [check.id] : []));
  expect(checks).toEqual(expect.arrayContaining(['ssh', 'authentication', 'python']));
  await dashboard.porthole.end('SIGINT');
});
