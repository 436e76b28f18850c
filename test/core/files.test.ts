import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeFileAtomically } from '../../src/core/atomic-file.ts';
import { createCleanup } from '../../src/core/cleanup.ts';
import { createLogger } from '../../src/core/logger.ts';
import { resolvePaths } from '../../src/core/paths.ts';
import { ensurePrivateDirectory } from '../../src/core/private-directory.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-files-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const uid = process.getuid?.() ?? 0;

describe('writing a file as a whole', () => {
  test('replaces the old text, for the owner only, and leaves no draft', async () => {
    const path = join(directory, 'deep', 'file.json');
    await writeFileAtomically(path, 'one');
    await writeFileAtomically(path, 'two');
    expect(await readFile(path, 'utf8')).toBe('two');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory, 'deep'))).toEqual(['file.json']);
  });

  test('keeps the old file and leaves no draft when it cannot be written', async () => {
    const path = join(directory, 'target');
    await mkdir(join(path, 'in-the-way'), { recursive: true });
    await expect(writeFileAtomically(path, 'text')).rejects.toThrow();
    expect(await readdir(directory)).toEqual(['target']);
  });
});

describe('a private directory', () => {
  test('is made for its owner only', async () => {
    const path = join(directory, 'private');
    await ensurePrivateDirectory(path, uid);
    await ensurePrivateDirectory(path, uid);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  test.each([
    ['one that others may enter', (path: string) => mkdir(path).then(() => chmod(path, 0o755))],
    ['a file', (path: string) => writeFile(path, '')],
    ['a link to a directory', (path: string) => symlink(directory, path)],
  ])('is not %s', async (_, lay) => {
    const path = join(directory, 'trap');
    await lay(path);
    await expect(ensurePrivateDirectory(path, uid)).rejects.toMatchObject({
      code: 'runtime-directory',
    });
  });

  test('is not one of another user', async () => {
    const path = join(directory, 'private');
    await mkdir(path, { mode: 0o700 });
    await expect(ensurePrivateDirectory(path, uid + 1)).rejects.toMatchObject({
      code: 'runtime-directory',
      message: expect.stringContaining(`belongs to user ${uid}`),
    });
  });
});

describe('the paths of porthole', () => {
  test('all lie below PORTHOLE_HOME but the sockets, whose paths must be short', () => {
    const home = `/very/${'long/'.repeat(40)}home`;
    const paths = resolvePaths({ env: { PORTHOLE_HOME: home }, uid: 1000 });
    expect(paths.config).toBe(`${home}/config`);
    expect(paths.state).toBe(`${home}/state`);
    expect(paths.runtime.length).toBeLessThan(50);
  });

  test('differ between two PORTHOLE_HOMEs, so that each has a hub of its own', () => {
    const runtime = (home: string) =>
      resolvePaths({ env: { PORTHOLE_HOME: home }, uid: 1 }).runtime;
    expect(runtime('/a')).not.toBe(runtime('/b'));
    expect(runtime('/a')).toBe(runtime('/a'));
  });

  test('keep the sockets in XDG_RUNTIME_DIR where there is one', () => {
    const { runtime } = resolvePaths({ env: { XDG_RUNTIME_DIR: '/run/user/7' }, uid: 7 });
    expect(runtime.startsWith('/run/user/7/')).toBe(true);
  });
});

describe('undoing', () => {
  test('runs last first, goes on after a failure and says it, and runs once', async () => {
    const order: string[] = [];
    const said: string[] = [];
    const cleanup = createCleanup(createLogger('warn', (_, text) => said.push(text)));
    cleanup.add('undo first', () => order.push('first'));
    cleanup.add('undo second', () => {
      throw new Error('stuck');
    });
    cleanup.add('undo third', async () => order.push('third'));
    await Promise.all([cleanup.run(), cleanup.run()]);
    expect(order).toEqual(['third', 'first']);
    expect(said).toEqual(['Cannot undo second: stuck']);
  });
});

test('a private directory is had also while others remove it', async () => {
  const path = join(directory, 'shared');
  let phase: 'running' | 'over' = 'running';
  const remover = (async () => {
    while (phase === 'running') await rm(path, { recursive: true, force: true });
  })();
  for (let round = 0; round < 200; round++) await ensurePrivateDirectory(path, uid);
  phase = 'over';
  await remover;
});
