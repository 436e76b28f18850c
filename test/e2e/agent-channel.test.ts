import { beforeEach, describe, expect, test } from 'vitest';
import { haveOrSkip, SSHD } from '../lab/have-or-skip.ts';
import { type LabOptions, startLab } from '../lab/lab.ts';
import { processesWith } from '../lab/processes.ts';
import { at, bearer, get } from './http.ts';
import { expectNothingLeft, viewerOn, viewersOn } from './server-side.ts';
import { makeWorkplace, type Workplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD));

const BUNDLED = ['--viewer', 'builtin'];

const sessionsOf = async (here: Workplace) =>
  JSON.parse((await here.run(['ls', '--json'])).stdout).sessions;

/** The ssh processes that lead to a server. */
const sshOf = async (here: Workplace) =>
  (await processesWith(here.directory)).filter(({ args }) =>
    args.includes('ServerAliveInterval=5'),
  );

describe.concurrent('failure mode 4: over the channel of the agent goes what a server lets through no forward of', () => {
  const REFUSING: readonly [string, LabOptions['sshd']][] = [
    ['AllowTcpForwarding no', { AllowTcpForwarding: 'no' }],
    ['AllowStreamLocalForwarding no', { AllowStreamLocalForwarding: 'no' }],
    ['DisableForwarding yes', { DisableForwarding: 'yes' }],
    ['MaxSessions 1 besides', { DisableForwarding: 'yes', MaxSessions: '1' }],
  ];

  test.each(REFUSING)('%s: ready, said so, a page, and nothing left', async (_, sshd) => {
    await using lab = await startLab({ sshd: sshd ?? {} });
    await using here = await makeWorkplace();
    const porthole = here.open(lab, [...BUNDLED, '--storage', lab.home]);
    const { url, way } = await porthole.ready();
    expect(way).toBe('agent-channel');
    expect(porthole.lines()).toContainEqual(
      expect.objectContaining({
        step: 'forward',
        detail: expect.stringMatching(/^http:\/\/localhost:\d+, over the agent's channel$/),
      }),
    );
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    expect((await get(url, { Accept: 'text/html' })).status).toBe(200);
    expect(await sessionsOf(here)).toMatchObject([{ state: 'ready', way: 'agent-channel' }]);
    expect((await here.run(['ls'])).stdout).toContain("reached over the agent's channel");
    const viewers = await viewersOn(lab);
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('the connection that is lost comes back to the same viewer and address by the same way', async () => {
    await using lab = await startLab({ sshd: { DisableForwarding: 'yes' } });
    await using here = await makeWorkplace();
    const porthole = here.open(lab, [...BUNDLED, '--storage', lab.home]);
    const { url } = await porthole.ready();
    const viewer = await viewerOn(lab);
    const [ssh] = await sshOf(here);
    process.kill(ssh?.pid ?? Number.NaN, 'SIGKILL');
    const back = await porthole.line((line) => line.type === 'state' && line.state === 'ready');
    expect(back).toMatchObject({ way: 'agent-channel' });
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    expect((await viewerOn(lab)).process.pid).toBe(viewer.process.pid);
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
  });
});

describe('--no-mux', () => {
  test('opens by one plain ssh, without a control socket, where forwards were allowed', async () => {
    await using lab = await startLab();
    await using here = await makeWorkplace();
    const porthole = here.open(lab, [...BUNDLED, '--storage', lab.home, '--no-mux']);
    const { url, way } = await porthole.ready();
    expect(way).toBe('agent-channel');
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    const programs = await sshOf(here);
    expect(programs).toHaveLength(1);
    expect(programs[0]?.args).not.toContain('-M');
    const viewers = await viewersOn(lab);
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers }]);
  });
});
