import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { haveOrSkip, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { startFakeViewer } from '../session/gateway/fake-viewer.ts';
import { at, bearer, get } from './http.ts';
import { expectNothingLeft, viewersOn } from './server-side.ts';
import { makeStandIn } from './stand-in/environment.ts';
import { makeWorkplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD));

/** Eight seconds of the line each, and no more than fits into the buffers on the way, before any ping. */
const PAGE = 'x'.repeat(1_000_000);

test('failure mode 14: a line of 1 Mbit/s and 300 ms that is full is not taken for a lost one', async () => {
  await using here = await makeWorkplace();
  await using lab = await startLab({ relay: {} });
  const viewer = await startFakeViewer((request, response) => {
    response.end(request.url === '/api/health' ? '{}' : PAGE);
  });
  try {
    const environment = join(lab.directory, 'pouring');
    await makeStandIn(environment, viewer.socketPath);
    const storage = join(lab.directory, 'storage');
    await mkdir(storage);
    const porthole = here.open(lab, ['--env', environment, '--storage', storage]);
    const { url } = await porthole.ready();
    const viewers = await viewersOn(lab);
    lab.relay?.setDelay(300);
    lab.relay?.setBitsPerSecond(1_000_000);
    // The third one waits for its first byte longer than a dead link is given.
    const pages = await Promise.all([1, 2, 3].map((page) => get(at(url, `/${page}`), bearer(url))));
    expect(pages.map(({ status, body }) => [status, body.length])).toEqual(
      pages.map(() => [200, PAGE.length]),
    );
    expect(porthole.lines().filter(({ type }) => type === 'state')).toEqual([]);
    lab.relay?.setDelay(0);
    lab.relay?.setBitsPerSecond(Number.POSITIVE_INFINITY);
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers }]);
  } finally {
    await viewer.close();
  }
});
