import { expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../../lab/have-or-skip.ts';
import { startLab } from '../../lab/lab.ts';

import { makeWorkplace, openWords } from '../workplace.ts';
import { type LabDashboard, startDashboard } from './dashboard.ts';
import type { Follower } from './follow-events.ts';

const PASSWORD = 'Jaeger & Zwoelf 99';

const answerPassword = async (dashboard: LabDashboard, page: Follower) => {
  const prompt = await page.until(({ prompts }) => prompts.find((one) => one.kind === 'password'));
  await dashboard.call('POST /api/prompts/{prompt}/answer', {
    ...{ params: { prompt: prompt.id }, body: { kind: 'answer', text: PASSWORD } },
  });
  await page.until(({ prompts }) => (prompts.length === 0 ? true : undefined));
  return prompt;
};

const stateOf = (page: Follower, wanted: (state: string, phase: string | null) => boolean) =>
  page.until(({ sessions }) => sessions.find(({ state }) => wanted(state.kind, state.phase)));

test('a session that lost its server waits for a person, who is asked in the dashboard', async (context) => {
  haveOrSkip(context, SSHD, ROOT);
  await using lab = await startLab({ account: { password: PASSWORD } });
  await using here = await makeWorkplace();
  const dashboard = await startDashboard(here, lab);
  await using page = await dashboard.follow();
  await dashboard.call('POST /api/openings', {
    body: {
      target: {
        ...{ kind: 'ssh', host: 'lab', port: null, user: null },
        auth: { kind: 'password' },
      },
      ...{ viewer: 'builtin', storage: lab.home },
      ...{ choice: 'remembered', confirmation: 'assume-yes' },
    },
  });
  expect((await answerPassword(dashboard, page)).for.kind).toBe('opening');
  await stateOf(page, (state) => state === 'ready');
  const first = await page.until(({ sessions }) => sessions.find((one) => one.latencyMs !== null));
  expect(first.traffic?.requests).toBeGreaterThan(0);

  const log = await dashboard.fetch('/api/sessions/lab/log?lines=5');
  expect(log.headers.get('content-type')).toBe('text/event-stream');
  const reader = log.body?.getReader();
  const chunk = await reader?.read();
  expect(new TextDecoder().decode(chunk?.value)).toMatch(/^event: text\ndata: \{"text":/);
  await reader?.cancel();

  await lab.restart();
  const away = await stateOf(page, (_, phase) => phase === 'needs-authentication');
  expect(away.state.reason).not.toBe(null);
  expect(page.state.prompts).toEqual([]);
  await dashboard.call('POST /api/sessions/{session}/retry', { params: { session: 'lab' } });
  expect((await answerPassword(dashboard, page)).for).toEqual({ kind: 'session', session: 'lab' });
  const back = await stateOf(page, (state) => state === 'ready');
  expect(back.address).toBe(first.address);
  expect(await here.keptText()).not.toContain(PASSWORD);
  expect(page.text()).not.toContain(PASSWORD);
  await dashboard.porthole.end('SIGINT');
});

test('what a terminal opens is in the dashboard, with where it is up to, and the other way round', async (context) => {
  haveOrSkip(context, SSHD);
  await using lab = await startLab();
  await using here = await makeWorkplace();
  const dashboard = await startDashboard(here, lab);
  await using page = await dashboard.follow();
  const words = ['--viewer', 'builtin', '--storage', lab.home];
  const opened = await here.run(openWords(lab, words));
  expect(opened.exitCode).toBe(0);
  const session = await stateOf(page, (state) => state === 'ready');
  expect(session).toMatchObject({
    ...{ session: 'lab', openedBy: 'terminal', opening: null, place: 'server' },
    viewer: { id: 'builtin' },
  });
  // The token is in no state: it is asked for, by name.
  expect(page.text()).not.toContain('porthole_');
  const { url } = await dashboard.call('POST /api/sessions/{session}/url', {
    params: { session: 'lab' },
  });
  expect((await here.run(['url', 'lab'])).stdout.trim()).toBe(url);
  await here.run(['stop', 'lab']);
  await page.until(({ sessions }) => (sessions.length === 0 ? true : undefined));
  await dashboard.porthole.end('SIGINT');
});

test('an opening that fails says why, what may be behind it, and what to type', async (context) => {
  haveOrSkip(context, SSHD);
  await using lab = await startLab({ knownHosts: 'changed' });
  await using here = await makeWorkplace();
  const dashboard = await startDashboard(here, lab);
  await using page = await dashboard.follow();
  const { opening } = await dashboard.call('POST /api/openings', {
    body: {
      target: { kind: 'ssh', host: 'lab', port: null, user: null, auth: { kind: 'config' } },
    },
  });
  const phase = await page.until(
    ({ openings }) =>
      openings.flatMap((one) => (one.phase.kind === 'failed' ? [one.phase] : []))[0],
  );
  expect(phase.failure).toMatchObject({ code: 'host-key-changed', commands: ['ssh lab true'] });
  expect(phase.failure.causes.length).toBeGreaterThan(0);
  expect(phase.failure.output).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED');
  expect(page.state.openings[0]?.steps).toMatchObject([{ step: 'connect', status: 'failed' }]);
  await dashboard.call('DELETE /api/openings/{opening}', { params: { opening } });
  await page.until(({ openings }) => (openings.length === 0 ? true : undefined));
  await dashboard.porthole.end('SIGINT');
});
