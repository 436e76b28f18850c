import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at, bearer, get } from '../http.ts';
import { expectNothingLeft } from '../server-side.ts';
import { makeWorkplace } from '../workplace.ts';
import type { ViewerBehaviour } from './behaves.ts';
import { startByHand } from './by-hand.ts';
import type { ViewerServer } from './viewer-server.ts';

/** How people start a viewer themselves. */
export interface StartedByHand {
  /** Program and arguments; `port` is one that nobody has. */
  readonly words: (server: ViewerServer, port: number) => readonly string[];
  /** What it shows then, where that is not the storage of the other tests. */
  readonly shows?: (server: ViewerServer) => string;
  readonly env?: (server: ViewerServer) => Readonly<Record<string, string>>;
}

/** The test that a viewer has to pass where its user runs it already. */
export const isAdopted = (
  server: () => ViewerServer,
  { name, viewer, api, also, ...behaviour }: ViewerBehaviour,
  byHand: StartedByHand,
): void => {
  test('is opened as its user runs it already, and left running', async () => {
    await using here = await makeWorkplace();
    const { lab, venv, storage } = server();
    const [program = '', ...args] = byHand.words(server(), await freePort());
    await using started = await startByHand({
      file: join(venv.directory, 'bin', program),
      args,
      env: {
        ...{ HOME: lab.directory, JUPYTER_RUNTIME_DIR: join(lab.directory, 'jupyter') },
        ...byHand.env?.(server()),
      },
    });
    const porthole = here.open(lab, ['--adopt', String(started.pid)]);
    const ready = await porthole.ready();
    expect(ready).toMatchObject({
      ...{ viewer: viewer ?? name, adopted: started.pid },
      storage: (byHand.shows ?? behaviour.storage)?.(server()) ?? storage,
    });
    const answer = await get(at(ready.url, api.path), bearer(ready.url));
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toMatch(api.holds);
    await also?.(ready);
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
    expect(started.isAlive()).toBe(true);
  });
};

/** Somebody may take it before the viewer does; these tests run by themselves. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
