import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takeHubLock } from '../../src/hub/lock.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Higher than any pid that Linux gives out (2^22). */
const DEAD_PID = 2 ** 22 + 1;

const take = async (pid = process.pid) => {
  const outcome = await takeHubLock(directory, pid);
  if (outcome.kind !== 'taken') throw new Error(`held by ${outcome.pid}`);
  return outcome.lock;
};

describe('the lock of the hub', () => {
  test('is held by one, and free again when released', async () => {
    const lock = await take();
    expect(await takeHubLock(directory, process.pid)).toEqual({ kind: 'held', pid: process.pid });
    await lock.release();
    await (await take()).release();
    expect(await readdir(directory)).toEqual([]);
  });

  test('is taken over from a process that is dead', async () => {
    await writeFile(
      join(directory, 'hub.lock'),
      JSON.stringify({ pid: DEAD_PID, startTime: '1', nonce: 'x' }),
    );
    await take();
    expect(await readdir(directory)).toEqual(['hub.lock']);
  });

  test('is taken over from a dead process whose number another one has now', async () => {
    await writeFile(
      join(directory, 'hub.lock'),
      JSON.stringify({ pid: process.pid, startTime: '1', nonce: 'x' }),
    );
    await take();
  });

  test('is taken over from a file that is not ours in form', async () => {
    await writeFile(join(directory, 'hub.lock'), 'rubbish');
    await take();
  });

  test('goes to exactly one of many who find a dead one at the same time', async () => {
    for (let round = 0; round < 20; round++) {
      await writeFile(
        join(directory, 'hub.lock'),
        JSON.stringify({ pid: DEAD_PID, startTime: '1', nonce: 'x' }),
      );
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, () => takeHubLock(directory, process.pid)),
      );
      expect(outcomes.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
      for (const outcome of outcomes) if (outcome.kind === 'taken') await outcome.lock.release();
    }
    expect(await readdir(directory)).toEqual([]);
  });

  test('is not taken away by the release of a former holder', async () => {
    const former = await take();
    await rm(join(directory, 'hub.lock'));
    await take();
    await former.release();
    expect(await takeHubLock(directory, process.pid)).toMatchObject({ kind: 'held' });
  });
});
