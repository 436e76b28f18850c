import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip, program, ROOT } from '../../lab/have-or-skip.ts';
import type { Lab } from '../../lab/lab.ts';
import { type LivingProcess, processesWith } from '../../lab/processes.ts';
import type { VenvName } from '../../lab/venvs.ts';
import { at, bearer, get } from '../http.ts';
import type { ReadyLine } from '../json-lines.ts';
import { portsOf, tryAs } from '../reach.ts';
import { expectNothingLeft, masterOf, type ViewerThere } from '../server-side.ts';
import { makeWorkplace, type Workplace } from '../workplace.ts';
import { isAdopted, type StartedByHand } from './adopts.ts';
import { recordResult } from './results.ts';
import { shareViewer, type ViewerServer } from './viewer-server.ts';

/** What a viewer is known by, and where it shows that it works. */
export interface ViewerBehaviour {
  readonly name: VenvName;
  /** `--viewer`; `null` lets the data decide. */
  readonly viewer: string | null;
  readonly title: string;
  /** The storage to open, of what its writer made. */
  readonly storage?: (server: ViewerServer) => string;
  readonly serves: 'socket' | 'port';
  /** A path whose answer tells that the data is there. */
  readonly api: { readonly path: string; readonly holds: string | RegExp };
  /** Waits until the page shows the data. */
  readonly shows: (page: Page, ready: ReadyLine) => Promise<void>;
  /** What else there is to see while it is open. */
  readonly also?: (ready: ReadyLine) => Promise<void>;
  /** How people start it themselves, where porthole knows it then. */
  readonly byHand?: StartedByHand;
}

/** The tests that every adapter has to pass, with its package from PyPI. */
export const behavesAsViewer = (behaviour: ViewerBehaviour): void => {
  const { name, title, viewer, serves, api } = behaviour;
  const server = shareViewer(name);
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (CHROMIUM.have()) browser = await launchBrowser(WIDE);
  });
  afterAll(() => browser?.close());

  const open = async (here: Workplace) => {
    const { lab, venv, storage } = server();
    const words = ['--env', venv.directory, ...(viewer === null ? [] : ['--viewer', viewer])];
    const place = behaviour.storage?.(server()) ?? storage;
    const porthole = here.open(lab, [...words, '--storage', place]);
    const ready = await porthole.ready();
    return { porthole, ready, viewer: await viewerTreeOn(lab) };
  };
  const expectData = async ({ url }: ReadyLine) => {
    const answer = await get(at(url, api.path), bearer(url));
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toMatch(api.holds);
  };

  describe(title, () => {
    if (behaviour.byHand !== undefined) isAdopted(server, behaviour, behaviour.byHand);

    test('opens, shows its data in a browser, and leaves nothing', async (context) => {
      haveOrSkip(context, CHROMIUM);
      await using here = await makeWorkplace();
      const { porthole, ready, viewer: there } = await open(here);
      expect(ready).toMatchObject({ viewer: viewer ?? name, python: server().venv.python });
      await expectData(ready);
      const page = await browser?.context.newPage();
      if (page === undefined) throw new Error('There is no browser.');
      await page.goto(ready.url);
      try {
        await behaviour.shows(page, ready);
      } finally {
        await keepScreenshot(page, name);
      }
      await page.close();
      await behaviour.also?.(ready);
      expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
      await expectNothingLeft(here, [{ lab: server().lab, viewers: [there] }]);
      await recordResult(name, { version: ready.viewerVersion, readyMs: ready.ms });
    });

    test('comes back to the same process and address when ssh is killed', async () => {
      await using here = await makeWorkplace();
      const { porthole, ready, viewer: before } = await open(here);
      process.kill(await masterOf(here), 'SIGKILL');
      await porthole.line((line) => line.type === 'state' && line.state === 'ready');
      await expectData(ready);
      const after = await viewerTreeOn(server().lab);
      expect(after.process.pid).toBe(before.process.pid);
      expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
      await expectNothingLeft(here, [{ lab: server().lab, viewers: [before] }]);
    });

    test(
      serves === 'socket'
        ? 'cannot be reached by another account of the server'
        : 'says that other accounts of the server can reach it, unless it asks for a token',
      async (context) => {
        haveOrSkip(context, ROOT, program('setpriv', 'util-linux'));
        await using here = await makeWorkplace();
        const { porthole, viewer: there } = await open(here);
        const pids = (await viewerProcessesOn(server().lab)).map(({ pid }) => pid);
        const notes = porthole.lines().filter(({ type }) => type === 'note');
        const warned = JSON.stringify(notes).includes('other accounts');
        if (serves === 'socket') {
          const socket = join(there.directory, 'viewer.sock');
          expect(await tryAs('root', [socket])).toEqual({ [socket]: 'connected' });
          expect(await tryAs('nobody', [socket])).toEqual({ [socket]: 'EACCES' });
          expect(await portsOf(pids)).toEqual([]);
          expect(warned).toBe(false);
        } else {
          const [port, ...others] = await portsOf(pids);
          expect(others).toEqual([]);
          const direct = await get(`http://127.0.0.1:${port}${api.path}`);
          // Either everybody is let in, and it was said, or nobody without porthole's token.
          expect([direct.status < 300 && api.path !== '/', warned]).toSatisfy(
            ([isOpen, isSaid]) => isOpen === isSaid,
          );
        }
        const storage = behaviour.storage?.(server()) ?? server().storage;
        const listed = (await viewerProcessesOn(server().lab)).flatMap(({ args }) => args);
        if (viewer !== 'command') expect(listed.join(' ')).not.toContain(storage);
        await porthole.end('SIGINT');
        await expectNothingLeft(here, [{ lab: server().lab, viewers: [there] }]);
      },
    );
  });
};

const WIDE = { viewport: { width: 1280, height: 900 } } as const;
const DIRECTORY_VARIABLE = 'PORTHOLE_SESSION_DIRECTORY=';

/** The processes of the viewers on a lab's server, oldest first. */
const viewerProcessesOn = async (lab: Lab): Promise<readonly LivingProcess[]> => {
  const all = await processesWith(lab.marker);
  return all
    .filter((one) => one.environment.some((entry) => entry.startsWith(DIRECTORY_VARIABLE)))
    .sort((a, b) => Number(a.startTime) - Number(b.startTime));
};

/** The first process of the only viewer. */
const viewerTreeOn = async (lab: Lab): Promise<ViewerThere> => {
  const [first] = await viewerProcessesOn(lab);
  const variable = first?.environment.find((entry) => entry.startsWith(DIRECTORY_VARIABLE));
  if (first === undefined || variable === undefined) throw new Error('There is no viewer.');
  return { process: first, directory: variable.slice(DIRECTORY_VARIABLE.length) };
};

/** Where PORTHOLE_SHOTS says so, what the browser showed is kept to be looked at. */
const keepScreenshot = async (page: Page, name: string): Promise<void> => {
  const directory = process.env.PORTHOLE_SHOTS;
  if (directory === undefined) return;
  await mkdir(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`) });
};
