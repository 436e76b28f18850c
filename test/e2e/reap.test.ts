import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { leftoverSchema } from '../../src/remote/protocol/sessions.ts';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { processesWith, startTimeOf } from '../lab/processes.ts';
import { expectNothingLeft, type ViewerThere, viewerOn } from './server-side.ts';
import { makeWorkplace, type Workplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

const reapingSchema = z.strictObject({
  host: z.string(),
  found: z.array(leftoverSchema),
  reaped: z.array(z.string()),
  alive: z.array(z.string()),
});

const reap = async (here: Workplace, lab: Lab) => {
  const { stdout } = await here.run(['reap', lab.alias, '-F', lab.configFile, '--json']);
  return reapingSchema.parse(JSON.parse(stdout));
};

/** A session that its user has lost, and its watchdog with it. */
const leaveBehind = async (here: Workplace, lab: Lab): Promise<ViewerThere> => {
  const porthole = here.open(lab, ['--viewer', 'builtin', '--storage', lab.home]);
  await porthole.ready();
  const viewer = await viewerOn(lab);
  await porthole.end('SIGKILL');
  await killed(viewer.process.ppid);
  return viewer;
};

const killed = async (pid: number): Promise<void> => {
  const startTime = await startTimeOf(pid);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => startTimeOf(pid)).not.toBe(startTime);
};

describe('failure mode 15: what was left on a server', () => {
  test('is removed at the next connect, and what is in use is left alone', async () => {
    await using gone = await makeWorkplace();
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {} });
    const orphan = await leaveBehind(gone, lab);
    await gone.run(['ls']);
    const porthole = here.open(lab, ['--viewer', 'builtin', '--storage', lab.home]);
    await porthole.ready();
    const viewer = await viewerOn(lab);
    await expect.poll(() => processesWith(orphan.directory)).toEqual([]);
    const session = viewer.directory.slice(viewer.directory.lastIndexOf('/') + 1);
    const inUse = { session, state: 'held' };
    expect(await reap(here, lab)).toMatchObject({ found: [inUse], reaped: [], alive: [session] });
    expect((await viewerOn(lab)).process.pid).toBe(viewer.process.pid);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [orphan, viewer] }]);
  });

  test('is told by doctor, and by reap what became of it', async () => {
    await using gone = await makeWorkplace();
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {} });
    const orphan = await leaveBehind(gone, lab);
    const session = orphan.directory.slice(orphan.directory.lastIndexOf('/') + 1);
    const report = await here.run(['doctor', lab.alias, '-F', lab.configFile]);
    expect(report).toMatchObject({ exitCode: 0 });
    expect(report.stdout).toContain(`Nobody holds any more: ${session} (orphaned).`);
    expect(report.stdout).toContain('at once: porthole reap HOST');

    expect(await reap(here, lab)).toMatchObject({
      host: 'lab',
      found: [{ session, directory: orphan.directory, state: 'orphaned', graceS: 120 }],
      reaped: [session],
      alive: [],
    });
    expect(await processesWith(orphan.directory)).toEqual([]);
    expect(await reap(here, lab)).toMatchObject({ found: [], reaped: [], alive: [] });
    const again = await here.run(['reap', lab.alias, '-F', lab.configFile]);
    expect(again).toMatchObject({ exitCode: 0, stdout: '' });
    expect(again.stderr).toContain('Nothing of porthole lies on lab.');
    await gone.run(['ls']);
    await expectNothingLeft(here, [{ lab, viewers: [orphan] }]);
  });
});
