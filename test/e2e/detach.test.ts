import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startLab } from '../lab/lab.ts';
import { runOrThrow } from '../lab/run.ts';
import { findFreePort } from '../lab/sshd.ts';
import { bearer, get } from './http.ts';
import { shareServer } from './server.ts';
import { expectHubGone, expectNothingLeft, viewerOn, viewersOn } from './server-side.ts';
import { DRIVER, makeWorkplace, openWords, type Workplace } from './workplace.ts';

const server = shareServer({ viewer: 'builtin' });

const lsSchema = z.object({ sessions: z.array(z.looseObject({ session: z.string() })) });
const sessionsOf = async (here: Workplace) =>
  lsSchema.parse(JSON.parse((await here.run(['ls', '--json'])).stdout)).sessions;

/** The one that says in the log that it is the hub. */
const hubsOf = async (here: Workplace) => {
  const log = await readFile(logOf(here), 'utf8');
  return [...log.matchAll(/\[(\d+)\] debug +porthole \S+ is the hub \((\w+)\)/g)].map(
    ([, pid, placement]) => ({ pid: Number(pid), placement }),
  );
};
const logOf = (here: Workplace) => join(here.directory, 'home/state/hub.log');

describe('a session left in the background', () => {
  test('outlives the terminal that opened it, is seen from another, and its hub ends with it', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    here.watch(lab);
    const line = [process.execPath, here.program, ...openWords(lab, words), '--detach'];
    const steps = [
      { expect: 'bash-', send: `${line.join(' ')}\r` },
      { expect: '"type":"ready"', send: '' },
      { expect: 'bash-', send: null },
    ];
    const argv = ['/bin/bash', '--norc', '--noprofile', '-i'];
    await runOrThrow({
      ...{ file: 'python3', args: [DRIVER, JSON.stringify({ argv, steps })] },
      env: { ...here.env, PS1: undefined },
    });

    const [session] = await sessionsOf(here);
    expect(session).toMatchObject({ session: 'lab', state: 'ready' });
    const { url } = z.object({ url: z.string() }).parse(session);
    const [hub, ...others] = await hubsOf(here);
    expect([hub?.placement, others]).toEqual(['background', []]);
    process.kill(hub?.pid ?? Number.NaN, 'SIGHUP');
    expect((await get(new URL('/api/health', url).href, bearer(url))).status).toBe(200);
    expect(await sessionsOf(here)).toHaveLength(1);

    const viewers = [await viewerOn(lab)];
    expect(await here.run(['stop', 'lab'])).toMatchObject({ exitCode: 0 });
    await expectHubGone(here);
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('is joined there by what other terminals open, and ends by a signal with all of it', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const first = here.open(lab, [...words, '--detach']);
    await first.ready();
    expect(await first.process.exited).toEqual({ exitCode: 0, signal: null });
    const second = here.open(lab, [...words, '--port', String(await findFreePort()), '-v']);
    await second.ready();
    expect(await second.process.exited).toEqual({ exitCode: 0, signal: null });
    // The hub runs ssh elsewhere; -v shows it all the same.
    expect(second.process.stderr.text()).toContain('-O forward');

    const viewers = await viewersOn(lab);
    expect((await sessionsOf(here)).map(({ session }) => session)).toEqual(['lab', 'lab-2']);
    expect(await readFile(logOf(here), 'utf8')).toMatch(/ lab: ready\n.* lab-2: ready\n/s);
    const [hub] = await hubsOf(here);
    process.kill(hub?.pid ?? Number.NaN, 'SIGTERM');
    await expectHubGone(here);
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('has its questions put to the terminal that asked, and none of the answers in the log', async () => {
    const passphrase = 'correct horse battery';
    await using lab = await startLab({ keyPassphrase: passphrase });
    await using here = await makeWorkplace();
    const { words } = server();
    here.watch(lab);
    const { transcript, exit } = await here.onTerminal(
      [...openWords(lab, words), '--detach'],
      [{ expect: 'passphrase', send: `${passphrase}\r` }],
    );
    expect([exit, transcript]).toEqual([0, expect.stringContaining('"type":"ready"')]);
    const [session] = await sessionsOf(here);
    const { url } = z.object({ url: z.string() }).parse(session);
    expect((await get(url)).status).toBe(302);
    expect((await get(`${url}x`)).status).toBe(401);

    const log = await readFile(logOf(here), 'utf8');
    expect(log).toContain('/ssh -M ');
    expect(log).toContain('asked (passphrase)');
    for (const secret of [passphrase, new URL(url).searchParams.get('token') ?? '?']) {
      expect(log).not.toContain(secret);
    }
    expect(log).not.toMatch(/PORTHOLE_ASKPASS_SECRET|\b[0-9a-f]{64}\b/);
    expect((await stat(logOf(here))).mode & 0o777).toBe(0o600);

    const viewers = [await viewerOn(lab)];
    expect(await here.run(['stop', '--all'])).toMatchObject({ exitCode: 0 });
    await expectHubGone(here);
    await expectNothingLeft(here, [{ lab, viewers }]);
  });
});

describe('a hub in a terminal', () => {
  test('stays for what other terminals have opened when its own session is stopped', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const first = here.open(lab, words);
    await first.ready();
    const port = ['--port', String(await findFreePort())];
    const second = here.open(lab, [...words, ...port, '--detach']);
    await second.ready();
    expect(await second.process.exited).toEqual({ exitCode: 0, signal: null });
    const viewers = await viewersOn(lab);

    await here.run(['stop', 'lab']);
    await first.line(
      (one) => one.type === 'note' && one.text.includes('lab-2 of another terminal'),
    );
    expect(await sessionsOf(here)).toMatchObject([{ session: 'lab-2', state: 'ready' }]);
    await here.run(['stop', 'lab-2']);
    expect(await first.process.exited).toEqual({ exitCode: 0, signal: null });
    await expectNothingLeft(here, [{ lab, viewers }]);
  });
});
