import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Finished } from '../../src/ssh/runner.ts';
import { labRunner } from '../lab/run.ts';

const root = dirname(dirname(import.meta.dirname));

describe('node scripts/run.mjs', () => {
  /** A project of its own, with the real bootstrap and an npm that only notes how it was called. */
  let project = '';

  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), 'porthole-run-'));
    await mkdir(join(project, 'scripts'));
    await copyFile(join(root, 'scripts/run.mjs'), join(project, 'scripts/run.mjs'));
    await symlink(join(root, 'scripts/pack-viewer'), join(project, 'scripts/pack-viewer'));
    await copyFile(join(root, 'package-lock.json'), join(project, 'package-lock.json'));
    await write('package.json', '{ "type": "module", "engines": { "node": ">=20.19" } }');
    await write(
      'scripts/sample.ts',
      'console.log(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 3 as number;\n',
    );
    await mkdir(join(project, 'bin'));
    await write('bin/npm', '#!/bin/sh\necho "$*" >called\nexit 7\n');
  });
  afterEach(() => rm(project, { recursive: true, force: true }));

  const write = (name: string, text: string) =>
    writeFile(join(project, name), text, { mode: 0o755 });

  const run = (...words: readonly string[]): Promise<Finished> =>
    labRunner.run({
      file: process.execPath,
      args: [join(project, 'scripts/run.mjs'), ...words],
      env: { PATH: `${join(project, 'bin')}:${process.env.PATH}` },
    });

  const isNpmCalled = (): boolean => existsSync(join(project, 'called'));

  test('runs a script with its arguments and gives its exit code', async () => {
    await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
    const { exitCode, stdout, stderr } = await run('sample', 'a b', "c'd");
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 3,
      stdout: `["a b","c'd"]\n`,
      stderr: '',
    });
    expect(isNpmCalled()).toBe(false);
  });

  test('installs first where nothing is installed, and gives the exit code of npm', async () => {
    const { exitCode, stderr, stdout } = await run('sample');
    expect(exitCode).toBe(7);
    expect(stdout).toBe('');
    expect(stderr).toContain('npm ci failed: exit code 7');
    expect(readFileSync(join(project, 'called'), 'utf8')).toMatch(/^ci /);
  });

  test.each([
    ['another version', (lock: string) => lock.replace(/(zx": \{\s+"version": ")/, '$1x')],
    ['another content', (lock: string) => lock.replace('"integrity": "sha512-', '$&x')],
    ['one package less', (lock: string) => lock.replace('node_modules/zx"', 'node_modules/zy"')],
  ])('installs anew where the lock names %s than what is installed', async (_, change) => {
    await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
    const lock = readFileSync(join(project, 'package-lock.json'), 'utf8');
    expect(change(lock)).not.toBe(lock);
    await write('package-lock.json', change(lock));
    expect((await run('sample')).exitCode).toBe(7);
    expect(isNpmCalled()).toBe(true);
  });

  test('refuses a Node that is too old, before anything else', async () => {
    await write('package.json', '{ "type": "module", "engines": { "node": ">=99.1" } }');
    const { exitCode, stderr } = await run('sample');
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`porthole needs Node >=99.1; this is Node ${process.versions.node}.\n`);
    expect(isNpmCalled()).toBe(false);
  });

  test('names the scripts that there are', async () => {
    const { exitCode, stderr } = await run('../sample');
    expect(exitCode).toBe(2);
    expect(stderr).toBe('usage: node scripts/run.mjs sample [arguments]\n');
  });
});
