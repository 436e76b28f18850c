import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Target } from '../../../src/hub/api/contract.ts';
import { CLIENT_KEY_FILE } from '../../lab/client-config.ts';
import { haveOrSkip, ROOT, SSHD } from '../../lab/have-or-skip.ts';
import { startLab } from '../../lab/lab.ts';
import { at, get } from '../http.ts';
import { shareServer } from '../server.ts';
import { expectNothingLeft, viewersOn } from '../server-side.ts';
import { makeWorkplace, type Workplace } from '../workplace.ts';
import { startDashboard } from './dashboard.ts';
import type { Follower } from './follow-events.ts';

const server = shareServer();

const byConfig = (host: string): Target => ({
  ...{ kind: 'ssh', host, port: null, user: null },
  auth: { kind: 'config' },
});

/** The phase of an opening, once it is of this kind; a failure is told as it is. */
const phaseOf = (page: Follower, opening: string, kind: string) =>
  page.until(({ openings }) => {
    const phase = openings.find((one) => one.opening === opening)?.phase;
    if (phase?.kind === 'failed' && kind !== 'failed') throw new Error(phase.failure.message);
    return phase?.kind === kind ? phase : undefined;
  });

const promptOf = (page: Follower, kind: string) =>
  page.until(({ prompts }) => prompts.find((one) => one.kind === kind));

describe('the dashboard opens', () => {
  test('an alias: probe, choice, confirmation, viewer; and stops it', async () => {
    await using here = await makeWorkplace();
    const { lab, venv, storage } = server();
    const dashboard = await startDashboard(here, lab);
    await using page = await dashboard.follow();
    const { hosts } = await dashboard.call('GET /api/hosts');
    expect(hosts.map(({ host, alias }) => [host, alias?.file])).toEqual([['lab', lab.configFile]]);

    const { opening } = await dashboard.call('POST /api/openings', {
      body: { target: byConfig('lab') },
    });
    await phaseOf(page, opening, 'choosing');
    expect(page.state.openings).toMatchObject([{ opening, session: 'lab' }]);
    const params = { opening };
    const question = await dashboard.call('GET /api/openings/{opening}/question', { params });
    expect(question.facts.user).toBe(lab.user);
    expect(question.viewers.map(({ id }) => id)).toContain('builtin');

    // An environment that the probe did not find by itself is not offered.
    const storages = await dashboard.call('POST /api/openings/{opening}/check-path', {
      ...{ params, body: { path: storage } },
    });
    expect(storages).toMatchObject({ kind: 'directory', readable: true });
    expect(storages.runs).toBeGreaterThan(0);
    const listed = await dashboard.call('POST /api/openings/{opening}/list', {
      ...{ params, body: { path: lab.directory } },
    });
    expect(listed.entries).toContainEqual({ name: 'experiments', readable: true, isRoot: true });

    // Looked at again, and chosen badly: it waits on.
    await dashboard.call('POST /api/openings/{opening}/refresh', { params });
    await page.until(({ openings: [one] }) =>
      one?.phase.kind === 'choosing' && one.phase.revision === 2 ? true : undefined,
    );
    for (const body of [
      { viewer: 'runicorn', python: '/gone/python', storage },
      { viewer: 'builtin', python: null, storage: 'not/whole' },
      { viewer: 'nonesuch', python: null, storage },
    ]) {
      const refused = await dashboard.refused('POST /api/openings/{opening}/choice', {
        ...{ params, body },
      });
      expect(refused.status).toBe(422);
    }
    await dashboard.call('POST /api/openings/{opening}/choice', {
      ...{ params, body: { viewer: 'builtin', python: null, storage } },
    });
    const confirming = await phaseOf(page, opening, 'confirming');
    expect(confirming).toMatchObject({ summary: { storage, viewer: 'Bundled viewer' } });
    await dashboard.call('POST /api/openings/{opening}/confirmation', {
      ...{ params, body: { decision: 'start' } },
    });
    expect(await phaseOf(page, opening, 'ready')).toMatchObject({
      session: 'lab',
      origin: 'opened',
    });
    expect(venv.directory).not.toBe('');

    const session = await page.until(({ sessions }) =>
      sessions.find((one) => one.state.kind === 'ready'),
    );
    expect(session).toMatchObject({
      ...{ session: 'lab', storage, openedBy: 'dashboard', opening },
      route: { hostname: '127.0.0.1', port: lab.port, user: lab.user, jumpHosts: [] },
    });
    const steps = page.state.openings[0]?.steps ?? [];
    expect(steps.map(({ step, status }) => `${step} ${status}`)).toEqual([
      ...['connect done', 'probe done', 'launch done', 'forward done'],
    ]);
    const { url } = await dashboard.call('POST /api/sessions/{session}/ticket', {
      params: { session: 'lab' },
    });
    const cookie = (await get(url)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await get(at(url, '/api/info'), { Cookie: cookie })).status).toBe(200);
    expect((await here.run(['ls', '--json'])).stdout).toContain('"session":"lab"');

    const viewers = await viewersOn(lab);
    const stopped = await dashboard.call('POST /api/sessions/{session}/stop', {
      params: { session: 'lab' },
    });
    expect(stopped).toEqual({ stopped: ['lab'] });
    await page.until(({ sessions }) => (sessions.length === 0 ? true : undefined));
    // The dashboard stays: nothing that was open ended it.
    expect((await dashboard.call('GET /api/state')).sessions).toEqual([]);
    await dashboard.porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('with a key whose passphrase is asked for, which is kept nowhere', async (context) => {
    haveOrSkip(context, SSHD);
    const keyPassphrase = 'open, sesame 4711';
    await using lab = await startLab({ keyPassphrase });
    await using here = await makeWorkplace();
    const dashboard = await startDashboard(here, lab);
    await using page = await dashboard.follow();
    const path = join(lab.directory, CLIENT_KEY_FILE);
    const key = await dashboard.call('POST /api/keys/check', { body: { path } });
    expect(key).toMatchObject({ kind: 'private-key', type: 'ed25519', encrypted: true });

    const { opening } = await dashboard.call('POST /api/openings', {
      body: { target: { ...byConfig('lab'), auth: { kind: 'key', path } } as Target },
    });
    const prompt = await promptOf(page, 'passphrase');
    expect(prompt).toMatchObject({ echo: 'hidden', for: { kind: 'opening', opening } });
    const params = { prompt: prompt.id };
    const answer = { kind: 'answer', text: keyPassphrase } as const;
    await dashboard.call('POST /api/prompts/{prompt}/answer', { params, body: answer });
    // From another tab, a moment later.
    expect(
      await dashboard.refused('POST /api/prompts/{prompt}/answer', { params, body: answer }),
    ).toMatchObject({ status: 409, error: { code: 'already-answered' } });
    await phaseOf(page, opening, 'choosing');
    await cancelled(page, dashboard, opening);
    await expectForgotten(here, page, [keyPassphrase]);
    await dashboard.porthole.end('SIGINT');
  });

  test('with a password, and a host key that is shown with its fingerprint', async (context) => {
    haveOrSkip(context, SSHD, ROOT);
    const password = 'Zwoelf boxkaempfer 0815';
    await using lab = await startLab({ account: { password }, knownHosts: 'unknown' });
    await using here = await makeWorkplace();
    const dashboard = await startDashboard(here, lab);
    await using page = await dashboard.follow();
    const { opening } = await dashboard.call('POST /api/openings', {
      body: { target: { ...byConfig('lab'), auth: { kind: 'password' } } as Target },
    });
    const hostKey = await promptOf(page, 'host-key');
    expect(hostKey.hostKey).toMatchObject({
      ...{ type: 'ED25519', fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/) },
    });
    await dashboard.call('POST /api/prompts/{prompt}/answer', {
      ...{ params: { prompt: hostKey.id }, body: { kind: 'answer', text: 'yes' } },
    });
    const asked = await promptOf(page, 'password');
    await dashboard.call('POST /api/prompts/{prompt}/answer', {
      ...{ params: { prompt: asked.id }, body: { kind: 'answer', text: password } },
    });
    await phaseOf(page, opening, 'choosing');
    await cancelled(page, dashboard, opening);
    await expectForgotten(here, page, [password]);
    await dashboard.porthole.end('SIGINT');
  });
});

type Client = Awaited<ReturnType<typeof startDashboard>>;

const cancelled = async (page: Follower, dashboard: Client, opening: string) => {
  await dashboard.call('POST /api/openings/{opening}/cancel', { params: { opening } });
  await phaseOf(page, opening, 'cancelled');
  await page.until(({ sessions }) => (sessions.length === 0 ? true : undefined));
};

/** Neither in files, nor in what any page was sent. */
const expectForgotten = async (here: Workplace, page: Follower, secrets: readonly string[]) => {
  const kept = await here.keptText();
  expect(kept).toContain('is the hub');
  for (const secret of secrets) {
    expect(kept).not.toContain(secret);
    expect(page.text()).not.toContain(secret);
  }
};
