import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolvePaths } from '../../src/core/paths.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { homeThatExecs } from '../lab/noisy-home.ts';
import { processesWith } from '../lab/processes.ts';
import { labRunner } from '../lab/run.ts';
import { type FakeViewer, startFakeViewer } from '../session/gateway/fake-viewer.ts';
import { at, bearer, openGet } from './http.ts';
import { shareServer } from './server.ts';
import {
  expectNothingLeft,
  remainsOn,
  type ViewerThere,
  viewerOn,
  viewersOn,
} from './server-side.ts';
import { makeStandIn } from './stand-in/environment.ts';
import { makeWorkplace, type RunningPorthole, type Workplace } from './workplace.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const INTERRUPTED = { exitCode: 130, signal: null };

const server = shareServer({ relay: {}, viewer: 'builtin' });
/** Answers its health, and holds a stream of events open for whoever asks for anything else. */
let streaming: FakeViewer;

beforeAll(async () => {
  streaming = await startFakeViewer((request, response) => {
    if (request.url === '/api/health') return void response.end('{}');
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: first\n\n');
  });
  // The stream lives on when its reader has gone.
  streaming.server.on('connection', (socket) => {
    socket.allowHalfOpen = true;
  });
  const { lab } = server();
  await makeStandIn(join(lab.directory, 'streaming'), streaming.socketPath);
  await makeStandIn(join(lab.directory, 'slow'), undefined);
});
afterAll(() => streaming?.close());

const openStandIn = (here: Workplace, name: string, words: readonly string[] = []) => {
  const { lab, storage } = server();
  const environment = join(lab.directory, name);
  return here.open(lab, ['--env', environment, '--storage', storage, ...words]);
};

describe('a signal', () => {
  test.for(SIGNALS)('%s ends an open session, and nothing of it is left', async (signal) => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, words);
    await porthole.ready();
    const viewers = [await viewerOn(lab)];
    expect(await porthole.end(signal)).toEqual(INTERRUPTED);
    expect(
      await remainsOn(
        lab,
        viewers.map(({ directory }) => directory),
      ),
    ).toEqual([]);
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test.for(SIGNALS)('%s ends one that is still connecting', async (signal) => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    lab.relay?.blackhole();
    const porthole = here.open(lab, words);
    try {
      await stepStarted(porthole, 'connect');
      expect(await porthole.end(signal)).toEqual(INTERRUPTED);
    } finally {
      lab.relay?.restore();
    }
    expect(porthole.lines().at(-1)).toMatchObject({ type: 'error', code: 'interrupted' });
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test.for(SIGNALS)('%s ends one whose viewer is still starting', async (signal) => {
    await using here = await makeWorkplace();
    const { lab } = server();
    const porthole = openStandIn(here, 'slow');
    await stepStarted(porthole, 'launch');
    await expect.poll(() => viewersOn(lab), { timeout: 60_000 }).toHaveLength(1);
    const viewers = await viewersOn(lab);
    expect(await porthole.end(signal)).toEqual(INTERRUPTED);
    await expectNothingLeft(here, [{ lab, viewers }]);
  });
});

describe('Ctrl+C in a terminal', () => {
  test('stops what is open, and nothing stays', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const terminal = await here.onTerminal(
      ['open', lab.alias, '-F', lab.configFile, '--yes', '--no-open', ...words],
      [{ expect: 'Ctrl+C stops it.', send: '\u0003' }],
    );
    expect(terminal.exit).toBe(130);
    expect(terminal.transcript).toContain(`shows ${server().storage} on lab`);
    // Stopped as told to: nothing speaks of an error.
    expect(terminal.transcript).toMatch(/stopping \.\.\..*\s+.*Stopped\.\S*\s*$/);
    expect(terminal.transcript).not.toContain('error');
    expect(await remainsOn(lab, [])).toEqual([]);
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });
});

describe('kill -9 of the hub', () => {
  test('ends the viewer when its grace time is over, and the next command clears up here', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const porthole = here.open(lab, [...words, '--grace', '2']);
    await porthole.ready();
    const viewers = [await viewerOn(lab)];
    expect(await porthole.end('SIGKILL')).toEqual({ exitCode: null, signal: 'SIGKILL' });

    await expectServerEmpty(viewers);
    expect(await here.remains()).not.toEqual([]);
    expect(await here.run(['ls', '--json'])).toMatchObject({ exitCode: 0 });
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('ends it after the grace time of the settings, where no option names another', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const settings = join(here.env.PORTHOLE_HOME, 'config');
    await mkdir(settings, { recursive: true });
    await writeFile(join(settings, 'settings.json'), '{"graceS": 2}');
    const porthole = here.open(lab, words);
    await porthole.ready();
    const viewers = [await viewerOn(lab)];
    await porthole.end('SIGKILL');
    await expectServerEmpty(viewers);
  });

  test('ends a viewer that holds a stream of events open, too', async () => {
    await using here = await makeWorkplace();
    const { lab } = server();
    const porthole = openStandIn(here, 'streaming', ['--grace', '2']);
    const { url } = await porthole.ready();
    const viewers = [await viewerOn(lab)];
    const events = await openGet(at(url, '/events'), bearer(url));
    events.on('error', () => undefined);
    expect(
      String(
        await events
          .iterator({ destroyOnReturn: false })
          .next()
          .then((r) => r.value),
      ),
    ).toBe('data: first\n\n');
    await porthole.end('SIGKILL');
    await expectServerEmpty(viewers);
  });

  test('ends a viewer that was still starting, too', async () => {
    await using here = await makeWorkplace();
    const { lab } = server();
    const porthole = openStandIn(here, 'slow', ['--grace', '2']);
    await stepStarted(porthole, 'launch');
    await expect.poll(() => viewersOn(lab), { timeout: 60_000 }).toHaveLength(1);
    const viewers = await viewersOn(lab);
    await porthole.end('SIGKILL');
    await expectServerEmpty(viewers);
  });

  test('ends ssh to the server and to the jump host before it', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ jump: {} });
    const porthole = here.open(lab, [...server().words, '--grace', '2']);
    await porthole.ready();
    const viewers = [await viewerOn(lab)];
    expect(await processesWith(here.directory)).toHaveLength(3);
    await porthole.end('SIGKILL');
    await expect.poll(() => processesWith(here.directory), { timeout: 60_000 }).toEqual([]);
    await expect.poll(() => lab.jump?.connections(), { timeout: 60_000 }).toBe(0);
    await expectServerEmpty(viewers, lab);
  });

  test('failure mode 1: leaves a lock and a socket that the next open takes over', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const killed = here.open(lab, [...words, '--grace', '2']);
    await killed.ready();
    await killed.end('SIGKILL');
    const porthole = here.open(lab, words);
    await porthole.ready();
    await expect.poll(() => viewersOn(lab), { timeout: 60_000 }).toHaveLength(1);
    const viewers = await viewersOn(lab);
    expect(await porthole.end('SIGTERM')).toEqual(INTERRUPTED);
    await expectNothingLeft(here, [{ lab, viewers }]);
  });
});

describe('kill -9 of the hub in a login whose shell reads nothing', () => {
  test('leaves an ssh that the next command ends, and nobody else’s', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ homeFiles: homeThatExecs('sleep 1000') });
    const porthole = here.open(lab, server().words);
    const hasLoggedIn = async () => (await here.remains()).some((path) => path.endsWith('/ctl'));
    await expect.poll(hasLoggedIn, { timeout: 60_000 }).toBe(true);
    await porthole.end('SIGKILL');
    const masters = () => processesWith(here.directory);
    expect(await masters()).toMatchObject([{ args: expect.arrayContaining(['-M']) }]);

    // A link to a master of the user's own, where one of porthole's would be.
    const own = join(lab.directory, 'own');
    const theirs = labRunner.start({
      file: 'ssh',
      args: ['-M', '-N', '-S', own, '-F', lab.configFile, lab.alias],
    });
    const check = { file: 'ssh', args: ['-F', '/dev/null', '-S', own, '-O', 'check', 'x'] };
    const isLive = async () => (await labRunner.run(check)).exitCode === 0;
    await expect.poll(isLive, { timeout: 60_000 }).toBe(true);
    const { runtime } = resolvePaths({ env: here.env, uid: process.getuid?.() ?? 0 });
    await mkdir(join(runtime, 'c-1-1'));
    await symlink(own, join(runtime, 'c-1-1', 'ctl'));
    try {
      expect(await here.run(['ls'])).toMatchObject({ exitCode: 0 });
      await expect.poll(() => here.remains(), { timeout: 60_000 }).toEqual([]);
      expect(await isLive()).toBe(true);
    } finally {
      await theirs.terminate();
    }
  });
});

const stepStarted = (porthole: RunningPorthole, step: 'connect' | 'launch') =>
  porthole.line((line) => line.type === 'step' && line.step === step && line.status === 'start');

const expectServerEmpty = async (
  viewers: readonly ViewerThere[],
  lab: Lab = server().lab,
): Promise<void> => {
  const directories = viewers.map(({ directory }) => directory);
  await expect.poll(() => remainsOn(lab, directories), { timeout: 60_000 }).toEqual([]);
};
