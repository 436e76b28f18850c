import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/core/logger.ts';
import { createLogRelay } from '../../src/hub/log-relay.ts';
import { becomeHubOrClient, type HubParts, type ServedHub } from '../../src/hub/serve-hub.ts';
import type { ConnectionContext } from '../../src/remote/connection.ts';
import { createConnectionPool } from '../../src/session/connections.ts';
import { createStore } from '../../src/session/store.ts';
import { createRunner } from '../../src/ssh/runner.ts';
import { createFakeClock, type FakeClock } from '../lab/fake-clock.ts';
import { machineIn } from './machine-in.ts';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'porthole-serve-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const directory = () => join(parent, 'hub');

const become = (clock: FakeClock, createParts: () => Promise<HubParts>) =>
  becomeHubOrClient(
    {
      runtimeDirectory: directory(),
      uid: process.getuid?.() ?? 0,
      pid: process.pid,
      version: '1.2.3',
      placement: 'background',
      endMaster: async () => undefined,
      clock,
    },
    createParts,
  );

const refuse = () => Promise.reject(new Error('no server here'));

const nowhere = (clock: FakeClock): ConnectionContext => ({
  runner: createRunner({ logger: silentLogger, clock, baseEnv: {} }),
  clock,
  ...{ ssh: refuse, broker: refuse, home: parent, runtimeDirectory: directory() },
  newName: () => 'c-1',
});

const hub = async (clock: FakeClock): Promise<ServedHub> => {
  const role = await become(clock, async () => ({
    context: {
      connections: createConnectionPool(refuse, clock),
      connecting: nowhere(clock),
      store: createStore({ directory: parent, clock, logger: silentLogger }),
      clock,
      logger: silentLogger,
      runtimeDirectory: directory(),
      takeInOwnViewers: async () => [],
      viewerPages: join(parent, 'none'),
    },
    log: createLogRelay(),
    machine: machineIn(parent),
    close: () => undefined,
  }));
  if (role.kind !== 'hub') throw new Error('There is a hub already.');
  return role.hub;
};

const SHORT_MS = 60_000;

describe('a hub', () => {
  test('leaves nothing behind when it is closed', async () => {
    const one = await hub(createFakeClock());
    await one.close('done');
    expect(await readdir(parent)).toEqual([]);
  });

  test('leaves nothing behind where its parts cannot be made, and the lock is free', async () => {
    const clock = createFakeClock();
    const failing = become(clock, () => Promise.reject(new Error('no ssh')));
    await expect(failing).rejects.toThrow('no ssh');
    expect(await readdir(parent)).toEqual([]);
    await (await hub(clock)).close('done');
  });

  test('learns that its directory was removed, and spares what the next hub has made there', async () => {
    const clock = createFakeClock();
    const first = await hub(clock);
    await rm(directory(), { recursive: true });
    const second = await hub(createFakeClock());
    clock.advance(SHORT_MS);
    await first.evicted;
    await first.close('evicted');
    await access(join(directory(), 'hub.sock'));
    const role = await become(clock, () => Promise.reject(new Error('not needed')));
    expect(role.kind).toBe('client');
    await second.close('done');
    expect(await readdir(parent)).toEqual([]);
  });

  test('stays while its directory is there', async () => {
    const clock = createFakeClock();
    const one = await hub(clock);
    clock.advance(SHORT_MS);
    const role = await become(clock, () => Promise.reject(new Error('not needed')));
    expect(role.kind).toBe('client');
    expect(await Promise.race([one.evicted, Promise.resolve('there')])).toBe('there');
    await one.close('done');
  });
});
