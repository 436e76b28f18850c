import { beforeEach, expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { makeServerClock } from '../lab/server-clock.ts';
import { examine } from './doctor.ts';
import { at, bearer, get } from './http.ts';
import { expectNothingLeft, viewerOn, viewersOn } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

test('failure mode 15: a server whose clock is set while a session is open keeps it as long as it is held, and no longer', {
  timeout: 180_000,
}, async () => {
  await using clock = await makeServerClock();
  await using lab = await startLab(clock.options);
  await using here = await makeWorkplace();
  await using other = await makeWorkplace();
  const words = ['--viewer', 'builtin', '--storage', lab.home, '--grace', '3'];
  const porthole = here.open(lab, words);
  const { url } = await porthole.ready();
  const viewer = await viewerOn(lab);

  for (const hours of [10, -10]) {
    await clock.set(hours);
    // It is seen from outside, asked for leftovers by another machine of the user's, and used.
    const { stdout } = await other.run(['reap', lab.alias, '-F', lab.configFile, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ found: [{ state: 'held' }], reaped: [] });
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    expect((await viewerOn(lab)).process.pid).toBe(viewer.process.pid);
  }
  expect(porthole.lines().filter((line) => line.type === 'state')).toEqual([]);

  await clock.set(0);
  await porthole.end('SIGKILL');
  await clock.set(-20);
  await expect.poll(() => viewersOn(lab), { timeout: 60_000 }).toEqual([]);
  await here.run(['ls']);
  await expect.poll(() => here.remains(), { timeout: 60_000 }).toEqual([]);
  await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
});

test('doctor tells a server’s clock that is wrong, and how', async () => {
  await using clock = await makeServerClock();
  await using here = await makeWorkplace();
  await using lab = await startLab(clock.options);
  await clock.set(-1);
  const report = await examine(here, lab);
  expect(report).toMatchObject({ exitCode: 0, verdict: 'warning' });
  expect(report.of('server')).toMatchObject({
    fact: expect.stringMatching(/its clock is 3(600|599) s behind/),
    remedy: expect.stringContaining('NTP'),
  });
});
