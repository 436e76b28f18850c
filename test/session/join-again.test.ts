import { expect, test, vi } from 'vitest';
import { createDeferred } from '../../src/core/deferred.ts';
import type { ConnectionShare } from '../../src/session/connections.ts';
import { joinAgain } from '../../src/session/join-again.ts';
import type { ReconnectInput } from '../../src/session/reconnect.ts';
import { createFakeClock } from '../lab/fake-clock.ts';

test('a connection that comes when the session has been stopped meanwhile is given back, and not waited for', async () => {
  const dialled = createDeferred<ConnectionShare>();
  const stop = new AbortController();
  const before = {} as ConnectionShare;
  const end = { share: before };
  const input = {
    record: { plan: { kind: 'launch' } },
    request: { target: { host: 'gpu' }, sshEnvironment: {}, graceS: 120 },
    context: {
      clock: createFakeClock(),
      store: { host: async () => undefined },
      connections: { acquire: () => dialled.promise },
    },
    end,
    signal: stop.signal,
  } as unknown as ReconnectInput;
  const joined = joinAgain(input, { kind: 'due' }, 'any');
  stop.abort(new Error('stopped'));
  const release = vi.fn(async () => undefined);
  dialled.resolve({ release } as unknown as ConnectionShare);
  await expect(joined).rejects.toThrow('stopped');
  expect(release).toHaveBeenCalledOnce();
  expect(end.share).toBe(before);
});
