import { beforeEach, expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { acceptOneTimeCodes } from '../lab/one-time-codes.ts';
import { processesWith } from '../lab/processes.ts';
import { at, bearer, get } from './http.ts';
import { expectHubGone, expectNothingLeft, viewerOn } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

const CODES = ['481 516', '990 023'] as const;

test('failure mode 8: a one-time code is asked for once, in the words of the server, and for a reconnect only when asked to', {
  timeout: 180_000,
}, async () => {
  await using codes = await acceptOneTimeCodes(CODES);
  await using lab = await startLab(codes.options);
  await using here = await makeWorkplace();
  here.watch(lab);
  const words = ['open', lab.alias, '-F', lab.configFile, '--yes', '--no-open', '--detach'];
  const asked = (code: string) => ({
    expect: 'Password:',
    send: `${code}\r`,
  });
  const opened = await here.onTerminal(
    [...words, '--viewer', 'builtin', '--storage', lab.home],
    [asked(CODES[0])],
  );
  expect(opened.exit).toBe(0);
  expect(opened.transcript.match(/Password:/g)).toHaveLength(1);
  expect(opened.transcript).not.toContain(CODES[0]);
  const url = (await here.run(['url', 'lab'])).stdout.trim();
  const viewer = await viewerOn(lab);

  // Nobody is asked by a reconnect in the background, and the server is not tried again and again.
  const [ssh] = (await processesWith(here.directory)).filter(({ args }) => args.includes('-M'));
  process.kill(ssh?.pid ?? Number.NaN, 'SIGKILL');
  const list = async () => JSON.parse((await here.run(['ls', '--json'])).stdout).sessions;
  await expect
    .poll(list, { timeout: 60_000 })
    .toMatchObject([{ reason: expect.stringContaining('needs-authentication') }]);
  const attempts = lab.sshdLog().match(/Connection from/g)?.length;
  expect(attempts).toBe(2);

  const retried = await here.onTerminal(['retry', 'lab'], [asked(CODES[1])]);
  expect(retried.exit).toBe(0);
  expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
  expect((await viewerOn(lab)).process.pid).toBe(viewer.process.pid);
  expect(lab.sshdLog().match(/Connection from/g)).toHaveLength(3);
  expect((await here.run(['stop', '--all'])).exitCode).toBe(0);
  await expectHubGone(here);
  await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
  const kept = await here.keptText();
  for (const code of CODES) expect(kept).not.toContain(code);
});
