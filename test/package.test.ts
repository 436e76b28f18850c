import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ensureBuilt } from '../scripts/lib/ensure-built.ts';
import { readSource } from './architecture/read-source.ts';
import { labRunner, runOrThrow } from './lab/run.ts';

const root = dirname(import.meta.dirname);

const packedSchema = z
  .array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }))
  .length(1);

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

/** Packages (not files, not Node's own) that the files below `folder` import as code. */
const packagesImportedBy = (folder: string, extension: string): readonly string[] => {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name));
  const specifiers = files
    .flatMap((path) => readSource(path, readFileSync(join(root, path), 'utf8')).imports)
    .filter(({ brings }) => brings === 'values')
    .map(({ specifier }) => specifier)
    // What the build makes up itself is no library.
    .filter((specifier) => !/^(?:[./<]|virtual:)/.test(specifier) && !isBuiltin(specifier));
  return [...new Set(specifiers.map(packageOf))].sort();
};

/** `zod` for `zod/v4`, `@clack/prompts` for itself. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe('the package', () => {
  let directory = '';
  let files: readonly string[] = [];
  let tarball = '';
  /** Nothing of the user's own: neither npm's cache nor porthole's settings. */
  let env: Record<string, string> = {};

  beforeAll(async () => {
    await ensureBuilt();
    directory = await mkdtemp(join(tmpdir(), 'porthole-package-'));
    env = { npm_config_cache: join(directory, 'cache'), PORTHOLE_HOME: join(directory, 'home') };
    const output = await runOrThrow({
      file: 'npm',
      args: ['--prefix', root, 'pack', root, '--json', '--pack-destination', directory],
      env,
    });
    const [packed] = packedSchema.parse(JSON.parse(output));
    if (packed === undefined) throw new Error('npm packed nothing');
    files = packed.files.map(({ path }) => path);
    tarball = join(directory, packed.filename);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('holds the program, what a user reads, and nothing else', () => {
    const others = files.filter((path) => !path.startsWith('dist/')).sort();
    expect(others).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(files).toContain('dist/porthole.js');
    expect(files.filter((path) => /\.(ts|tsx|map|pyc)$/.test(path))).toEqual([]);
  });

  test('brings its libraries with it', () => {
    expect(packagesImportedBy('dist', '.js')).toEqual([]);
  });

  test('brings the licence of every library with it', () => {
    const licenses = ['dist', 'dist/viewer', 'dist/dashboard']
      .map((folder) => readFileSync(join(root, folder, 'THIRD-PARTY-LICENSES.md'), 'utf8'))
      .join('');
    const named = [...licenses.matchAll(/^## (\S+) - /gm)].map(([, name]) => name);
    const libraries = [...packagesImportedBy('src', '.ts'), ...packagesImportedBy('src', '.tsx')];
    expect(libraries).toEqual(expect.arrayContaining(['zod', 'preact']));
    expect(named).toEqual(expect.arrayContaining([...libraries]));
  });

  test('opens a viewer without what only the doctor needs', () => {
    const chunks = join(root, 'dist/chunks');
    const named = (start: string) => readdirSync(chunks).filter((name) => name.startsWith(start));
    expect(named('run-doctor-')).toHaveLength(1);
    for (const name of [...named('engine-'), ...named('open-'), ...named('gateway-')]) {
      const text = readFileSync(join(chunks, name), 'utf8');
      expect(text).not.toMatch(/^const \w+ = require\("\.\/run-doctor-/m);
      expect(text).not.toContain('src/session/doctor/');
    }
  });

  test('runs from an empty folder, installed without a network', async () => {
    const empty = join(directory, 'empty');
    await mkdir(empty);
    await runOrThrow({
      file: 'npm',
      args: ['install', '--prefix', empty, '--offline', '--no-audit', '--no-fund', tarball],
      env,
    });
    expect(readdirSync(join(empty, 'node_modules')).sort()).toEqual([
      '.bin',
      '.package-lock.json',
      'porthole',
    ]);
    const porthole = join(empty, 'node_modules/.bin/porthole');
    const asked = await labRunner.run({ file: porthole, args: ['--version'], env });
    expect(asked).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
    const help = await labRunner.run({ file: porthole, args: ['--help'], env });
    expect(help.exitCode).toBe(0);
    expect(help.stdout + help.stderr).toMatch(/\bopen\b/);
  });
});
