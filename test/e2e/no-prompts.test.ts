import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { processesWith } from '../lab/processes.ts';
import { at, bearer, get } from './http.ts';
import { expectHubGone, expectNothingLeft, viewerOn } from './server-side.ts';
import { makeWorkplace, openWords, type Workplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

const listSchema = z.object({
  sessions: z.array(z.object({ state: z.string(), reason: z.string().nullable() })),
});

/** The only session, as `ls` tells it. */
const listed = async (here: Workplace) =>
  listSchema.parse(JSON.parse((await here.run(['ls', '--json'])).stdout)).sessions[0];

const killMaster = async (here: Workplace): Promise<void> => {
  const masters = (await processesWith(here.directory)).filter(({ args }) => args.includes('-M'));
  for (const { pid } of masters) process.kill(pid, 'SIGKILL');
};

/** Calls ssh's own helper as ssh does for a key that wants to be touched, and notes each login. */
const TOUCHING_SSH = `#!/bin/sh
case " $* " in
*" -M "*)
  echo dialled >>"$DIALS"
  SSH_ASKPASS_PROMPT=none "$SSH_ASKPASS" "Confirm user presence for key ED25519-SK SHA256:x" </dev/null >/dev/null 2>&1
esac
exec ssh "$@"
`;

describe('failure mode 9: a reconnect in the background', () => {
  test('asks nobody, also not for a jump host, and waits for whoever can answer', async () => {
    await using here = await makeWorkplace();
    const jump = { account: { password: 'right' }, clientConfig: ['PubkeyAuthentication no'] };
    await using lab = await startLab({ jump });
    here.watch(lab);
    const more = ['--viewer', 'builtin', '--storage', lab.home, '--detach'];
    const words = openWords(lab, more).filter((word) => word !== '--json');
    const password = [{ expect: "'s password:", send: 'right\n' }];
    const opened = await here.onTerminal(words, password);
    expect(opened).toMatchObject({ exit: 0 });
    const viewer = await viewerOn(lab);
    const url = (await here.run(['url', 'lab'])).stdout.trim();

    await killMaster(here);
    await expect
      .poll(() => listed(here), { timeout: 60_000 })
      .toMatchObject({
        state: 'reconnecting',
        reason: expect.stringContaining('needs-authentication'),
      });
    expect(lab.jump?.sshdLog()).not.toContain('Failed password');
    expect(lab.jump?.sshdLog().match(/Accepted password/g)).toHaveLength(1);

    // In a terminal it asks, word for word, and the same viewer is there again.
    const retried = await here.onTerminal(['retry', 'lab'], password);
    expect(retried).toMatchObject({ exit: 0 });
    expect((await get(at(url, '/api/health'), bearer(url))).status).toBe(200);
    expect((await viewerOn(lab)).process.pid).toBe(viewer.process.pid);
    await here.run(['stop', '--all']);
    await expectHubGone(here);
    await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
  });

  test('does not dial a host whose login has asked for a touch, until somebody retries', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab();
    const ssh = join(here.directory, 'touching-ssh');
    const dials = join(here.directory, 'dials');
    await writeFile(ssh, TOUCHING_SSH, { mode: 0o755 });
    const porthole = here.open(lab, ['--viewer', 'builtin', '--storage', lab.home], {
      PORTHOLE_SSH: ssh,
      DIALS: dials,
    });
    const { url } = await porthole.ready();
    const viewer = await viewerOn(lab);
    await killMaster(here);
    // Whatever it does next, be it that it dials, is what it does unasked.
    expect(
      await porthole.line((line) => line.type === 'state' && line.phase !== 'waiting'),
    ).toMatchObject({
      phase: 'needs-authentication',
      reason: expect.stringContaining('porthole retry lab'),
    });
    expect(await readFile(dials, 'utf8')).toBe('dialled\n');

    expect(await here.run(['retry', 'lab'])).toMatchObject({ exitCode: 0 });
    expect(await readFile(dials, 'utf8')).toBe('dialled\ndialled\n');
    expect((await get(at(url, '/api/health'), bearer(url))).status).toBe(200);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);
  });
});
