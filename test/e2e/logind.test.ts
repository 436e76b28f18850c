import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts';
import { killAll, processesWith } from '../lab/processes.ts';
import { at, bearer, get } from './http.ts';
import { expectNothingLeft, type ViewerThere, viewerOn, viewersOn } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD));

/** Opens a viewer, has the lab clear up behind the login, and waits until the session is ready again. */
const expectStartedAgain = async (
  clearUp: (lab: Lab, viewer: ViewerThere) => Promise<void>,
  { reason, options = {} }: { reason: RegExp; options?: LabOptions },
) => {
  await using lab = await startLab(options);
  await using here = await makeWorkplace();
  const porthole = here.open(lab, ['--viewer', 'builtin', '--storage', lab.home]);
  const { url } = await porthole.ready();
  const before = await viewerOn(lab);
  await clearUp(lab, before);
  // Found by whoever asks for a page, or by the session itself.
  await get(at(url, '/api/runs'), bearer(url));
  const back = () => porthole.lines().filter(({ type }) => type === 'state');
  const again = { state: 'ready', reason: expect.stringMatching(reason) };
  await expect.poll(back, { timeout: 60_000 }).toContainEqual(expect.objectContaining(again));
  expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
  // The old one has nobody to serve, and does not wait for the end of its lease.
  await expect.poll(() => viewersOn(lab), { timeout: 60_000 }).toHaveLength(1);
  const after = await viewerOn(lab);
  expect(after.directory).not.toBe(before.directory);
  await porthole.end('SIGINT');
  await expectNothingLeft(here, [{ lab, viewers: [before, after] }]);
};

/** Ends all of a login on the server, and what it left in a directory. */
const endLogin = async (lab: Lab, { directory }: ViewerThere): Promise<void> => {
  const ofTheLogin = async () =>
    (await processesWith(lab.marker)).filter(({ args }) => !/sshd/.test(args[0] ?? ''));
  await killAll(ofTheLogin);
  await rm(directory, { recursive: true, force: true });
};

describe('failure mode 33: what logind does when it takes a login for ended', () => {
  test('all processes are killed: the viewer is started again at the same address, and this is said', async () => {
    await expectStartedAgain(endLogin, { reason: /started again/ });
  });

  test('the runtime directory vanishes beneath a viewer that runs: another takes its place', async () => {
    const clearUp = (_: Lab, { directory }: ViewerThere) =>
      rm(directory, { recursive: true, force: true });
    await expectStartedAgain(clearUp, { reason: /started again/ });
  });
});

test('failure mode 32: a reconnect that lands on another machine says so, and starts the viewer there', async (context) => {
  haveOrSkip(context, ROOT);
  // Two machines behind one address: what they differ in is what they say of themselves.
  const machineId = join(tmpdir(), `porthole-machine-id-${process.pid}`);
  await writeFile(machineId, `${'1'.repeat(32)}\n`);
  try {
    const moveOn = async (lab: Lab, viewer: ViewerThere) => {
      await writeFile(machineId, `${'2'.repeat(32)}\n`);
      await endLogin(lab, viewer);
    };
    await expectStartedAgain(moveOn, {
      reason: /^another machine answers now .* started anew there$/,
      options: { mounts: [{ over: '/etc/machine-id', with: machineId }] },
    });
  } finally {
    await rm(machineId, { force: true });
  }
});
