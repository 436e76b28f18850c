import { beforeEach, expect, test } from 'vitest';
import { haveOrSkip, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { at, bearer, get } from './http.ts';
import { expectNothingLeft, viewerOn } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD));

/** Less than ssh's own keep-alives and the looks at the tunnel are apart, and three pings of ours. */
const IDLE_LIMIT_MS = 4500;
const GRACE_S = '6';
const PINGS = 10;

test('failure mode 23: a proxy that drops what is idle drops no session that nobody uses', async () => {
  await using here = await makeWorkplace();
  await using lab = await startLab({ relay: {} });
  const porthole = here.open(lab, [
    ...['--viewer', 'builtin', '--storage', lab.home, '--grace', GRACE_S],
  ]);
  const { url } = await porthole.ready();
  const viewer = await viewerOn(lab);
  lab.relay?.dropIdle(IDLE_LIMIT_MS);

  const told = () => porthole.lines().filter(({ type }) => type === 'state');
  let up = lab.relay?.bytes().up;
  for (let ping = 0; ping < PINGS; ping++) {
    const sent = () => lab.relay?.bytes().up;
    await expect.poll(sent, { timeout: 20_000 }).not.toBe(up);
    up = sent();
    expect(told()).toEqual([]);
  }
  expect((await get(at(url, '/api/health'), bearer(url))).status).toBe(200);
  expect((await viewerOn(lab)).process.pid).toBe(viewer.process.pid);
  await porthole.end('SIGINT');
  await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
});
