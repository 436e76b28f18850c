import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import {
  findSsh,
  knowsAskpassRequire,
  parseSshVersion,
  readSshVersion,
} from '../../src/ssh/find-ssh.ts';
import { createRunner } from '../../src/ssh/runner.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ph-find-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const program = async (name: string, mode = 0o755): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, mode);
  return path;
};

test('the first program of PATH is taken; directories and files that cannot run are passed over', async () => {
  const path = await program('ssh');
  await mkdir(join(directory, 'a', 'ssh'), { recursive: true });
  await mkdir(join(directory, 'b'));
  await program('b/ssh', 0o644);
  const searchPath = [join(directory, 'a'), join(directory, 'b'), '', directory].join(':');
  expect(await findSsh({ searchPath })).toBe(path);
});

test('PORTHOLE_SSH is a path, or a name in PATH', async () => {
  const path = await program('my-ssh');
  expect(await findSsh({ configured: path, searchPath: '' })).toBe(path);
  expect(await findSsh({ configured: 'my-ssh', searchPath: directory })).toBe(path);
});

test('a missing program is named, never replaced by another', async () => {
  await program('ssh');
  const missing = join(directory, 'missing');
  await expect(findSsh({ configured: missing, searchPath: directory })).rejects.toMatchObject({
    code: 'ssh-not-found',
    message: expect.stringContaining(missing),
  });
  await expect(findSsh({ searchPath: undefined })).rejects.toMatchObject({ code: 'ssh-not-found' });
});

test.each([
  ['OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026', 9, 2, true],
  ['OpenSSH_8.3p1, OpenSSL 1.1.1k', 8, 3, false],
  ['OpenSSH_8.4, LibreSSL 3.1.5', 8, 4, true],
  ['OpenSSH_for_Windows_8.6p1, LibreSSL 3.4.3', 8, 6, true],
  ['noise\nOpenSSH_10.0p2\n', 10, 0, true],
])('the version is read from %j', (output, major, minor, knows) => {
  const version = parseSshVersion(output);
  expect(version).toMatchObject({ major, minor });
  expect(version && knowsAskpassRequire(version)).toBe(knows);
});

test('another ssh has no version here', () => {
  expect(parseSshVersion('Dropbear v2022.83')).toBeUndefined();
});

test("this machine's ssh tells its version", async () => {
  const runner = createRunner({ logger: silentLogger, clock: systemClock, baseEnv: process.env });
  const ssh = await findSsh({ searchPath: process.env.PATH });
  expect((await readSshVersion(runner, ssh))?.text).toMatch(/^OpenSSH_/);
});
