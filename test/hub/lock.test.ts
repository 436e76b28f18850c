import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takeHubLock } from '../../src/hub/lock.ts';
import { labRunner } from '../lab/run.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Higher than any pid that Linux gives out (2^22). */
const DEAD_PID = 2 ** 22 + 1;

/** Prints pid and start of a child that has ended, and waits. */
const KEEP_A_ZOMBIE = `
import os, sys
pid = os.fork() or os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
print(pid, open("/proc/%d/stat" % pid).read().rpartition(")")[2].split()[19], flush=True)
sys.stdin.read()
`;

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

  test('is taken over from a dead process that nobody has collected', async () => {
    const parent = labRunner.start({ file: 'python3', args: ['-c', KEEP_A_ZOMBIE] });
    try {
      const said = await new Promise<string>((resolve) =>
        parent.stdout.once('data', (text) => resolve(String(text))),
      );
      const [pid, startTime] = said.trim().split(' ');
      const holder = { pid: Number(pid), startTime, nonce: 'x' };
      await writeFile(join(directory, 'hub.lock'), JSON.stringify(holder));
      await take();
    } finally {
      await parent.terminate();
    }
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
