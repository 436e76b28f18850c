import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { findFreePort } from '../lab/sshd.ts';
import { openFailing } from './failing.ts';
import { shareServer } from './server.ts';
import { expectNothingLeft, viewersOn } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

const server = shareServer();

/** Another program that listens on one of the loopback addresses. */
const stranger = async (address: string, port: number): Promise<AsyncDisposable> => {
  const listener = createServer().listen({ host: address, port, ipv6Only: address === '::1' });
  await once(listener, 'listening');
  return { [Symbol.asyncDispose]: async () => void (await once(listener.close(), 'close')) };
};

describe('failure mode 17: a local port', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
  ])(
    'that was asked for and is taken on %s alone is told with the address',
    async (address, shown) => {
      await using here = await makeWorkplace();
      const { lab, words } = server();
      const port = await findFreePort();
      await using _ = await stranger(address, port);
      expect(await openFailing(here, lab, [...words, '--port', String(port)])).toMatchObject({
        exitCode: 2,
        error: {
          code: 'port-taken',
          message: `Cannot use the local port ${port}: another program listens there on ${shown}.`,
          hint: expect.stringContaining('another port'),
        },
      });
    },
  );

  test('that was the last one and is taken on ::1 alone gives way to another', async () => {
    await using here = await makeWorkplace();
    const { lab, words } = server();
    const first = here.open(lab, words);
    const { localPort } = await first.ready();
    await first.end('SIGINT');
    await using _ = await stranger('::1', localPort);
    const second = here.open(lab, words);
    expect((await second.ready()).localPort).not.toBe(localPort);
    const viewers = await viewersOn(lab);
    await second.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers }]);
  });
});

test('the socket of a killed hub is in nobody’s way', async () => {
  await using here = await makeWorkplace();
  const { lab, words } = server();
  const killed = here.open(lab, [...words, '--grace', '2']);
  await killed.ready();
  const viewers = [...(await viewersOn(lab))];
  await killed.end('SIGKILL');
  expect(await here.remains()).toContainEqual(expect.stringMatching(/\/hub\.sock$/));

  const next = here.open(lab, words);
  await next.ready();
  viewers.push(...(await viewersOn(lab)));
  await next.end('SIGINT');
  await expectNothingLeft(here, [{ lab, viewers }]);
});
