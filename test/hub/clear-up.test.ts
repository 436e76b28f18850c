import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { findHubOrClearUp } from '../../src/hub/serve-hub.ts';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'porthole-clear-up-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const directory = () => join(parent, 'hub');
const look = () =>
  findHubOrClearUp({
    runtimeDirectory: directory(),
    uid: process.getuid?.() ?? 0,
    pid: process.pid,
    version: '1.2.3',
    clock: systemClock,
    endMaster: async () => undefined,
  });

test('where no hub has been, looking for one makes nothing', async () => {
  expect(await look()).toBeUndefined();
  expect(await readdir(parent)).toEqual([]);
});

test('what a killed hub left is removed by whoever looks for it', async () => {
  await mkdir(join(directory(), 's-1'), { recursive: true, mode: 0o700 });
  await chmod(directory(), 0o700);
  await writeFile(join(directory(), 's-1', 'local.sock'), '');
  await writeFile(join(directory(), 'hub.sock'), '');
  // No process has this number: pids end at 2^22.
  const dead = { pid: 4_194_305, startTime: '1', nonce: 'dead' };
  await writeFile(join(directory(), 'hub.lock'), JSON.stringify(dead));
  // Of one that was killed on its way to the lock.
  await writeFile(join(directory(), `hub.lock.${dead.pid}-dead`), JSON.stringify(dead));
  expect(await look()).toBeUndefined();
  expect(await readdir(parent)).toEqual([]);
});

test('nobody plays the hub in a directory that others can enter', async () => {
  await mkdir(directory());
  await chmod(directory(), 0o777);
  await expect(look()).rejects.toMatchObject({ code: 'runtime-directory' });
});
