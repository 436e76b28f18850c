import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { labRunner, runOrThrow } from './lab/run.ts';
import { findNewerThan38 } from './python-floor/vermin.ts';

const root = dirname(import.meta.dirname);

const readingSchema = z.object({
  path: z.string(),
  annotations: z.enum(['evaluated', 'text']),
  unionLines: z.array(z.number()),
  imports: z.array(z.string()),
});

const readPython = async (files: readonly string[]) => {
  const reader = join(import.meta.dirname, 'python-floor/read_python.py');
  const output = await runOrThrow({ file: 'python3', args: ['-I', reader, ...files] });
  return z.array(readingSchema).parse(
    output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
};

/** All that keeps the files from running in Python 3.8, as far as it can be told without one. */
const findAboveFloor = async (files: readonly string[]): Promise<readonly string[]> => {
  const readings = await readPython(files);
  const of = (kind: 'evaluated' | 'text') => readings.filter((one) => one.annotations === kind);
  const paths = (kind: 'evaluated' | 'text') => of(kind).map(({ path }) => path);
  const [evaluated, text] = await Promise.all([
    findNewerThan38({ files: paths('evaluated'), annotations: 'evaluated' }),
    findNewerThan38({ files: paths('text'), annotations: 'text' }),
  ]);
  const unions = of('evaluated').flatMap(({ path, unionLines }) =>
    unionLines.map((line) => `${path}:${line}: an annotation with X | Y`),
  );
  return [...evaluated, ...text, ...unions];
};

const pythonFiles = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py'))
    .map((name) => join(root, folder, name));

describe('the Python that runs on servers', () => {
  test('needs no Python newer than 3.8', async () => {
    const files = pythonFiles('src');
    expect(files.length).toBeGreaterThan(0);
    expect(await findAboveFloor(files)).toEqual([]);
  });

  test('is compiled by a real Python 3.8', async ({ skip }) => {
    const python = await findPython38();
    if (python === undefined) return skip('there is no Python 3.8 on this machine');
    const compile = 'import sys\nfor p in sys.argv[1:]: compile(open(p, "rb").read(), p, "exec")';
    const args = ['-I', '-c', compile, ...pythonFiles('src')];
    expect(await labRunner.run({ file: python, args })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.for([
    ['the agent', 'src/remote/agent', 'porthole_agent'],
    ['the bundled viewer', 'src/builtin', 'porthole_viewer'],
  ] as const)(
    'imports nothing but the standard library, in %s',
    async ([, folder, itself], { skip }) => {
      const names = await standardLibrary();
      if (names.length === 0)
        return skip('this Python does not know its standard library (3.10 does)');
      const readings = await readPython(pythonFiles(folder));
      expect(readings.length).toBeGreaterThan(10);
      const others = readings.flatMap(({ path, imports }) =>
        imports
          .filter((name) => name !== itself && !names.includes(name))
          .map((name) => `${path} imports ${name}`),
      );
      expect(others).toEqual([]);
    },
  );
});

const findPython38 = async (): Promise<string | undefined> => {
  const versions = join(homedir(), '.pyenv/versions');
  const installed = existsSync(versions) ? readdirSync(versions) : [];
  const found = installed.filter((name) => name.startsWith('3.8.'));
  const candidates = [...found.map((name) => join(versions, name, 'bin/python')), 'python3.8'];
  for (const file of candidates) {
    const asked = await labRunner.run({ file, args: ['-V'] }).catch(() => undefined);
    if (asked?.stdout.startsWith('Python 3.8.')) return file;
  }
  return undefined;
};

const standardLibrary = async (): Promise<readonly string[]> => {
  const ask = 'import json, sys; print(json.dumps(list(getattr(sys, "stdlib_module_names", []))))';
  const output = await runOrThrow({ file: 'python3', args: ['-I', '-c', ask] });
  return z.array(z.string()).parse(JSON.parse(output));
};

describe('the check of the floor', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'porthole-floor-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const findIn = async (source: string): Promise<readonly string[]> => {
    const file = join(directory, 'sample.py');
    await writeFile(file, source);
    return findAboveFloor([file]);
  };

  test.each([
    ['syntax of 3.10', 'match 1:\n    case 1:\n        pass\n'],
    ['a module of 3.9', 'import zoneinfo\n'],
    ['a function of 3.9', 'from functools import cache\n'],
    ['a method of 3.9', 'print("x".removeprefix("y"))\n'],
    ['an operator of 3.9', 'print({"a": 1} | {"b": 2})\n'],
    ['an evaluated generic', 'def f(x: list[str]):\n    pass\n'],
    ['an evaluated union', 'def f(x: "str", y: int | None = None):\n    pass\n'],
    ['an evaluated union of a result', 'def f() -> int | None:\n    pass\n'],
    ['what a comment asks to overlook', 'import zoneinfo  # novm\n'],
  ])('refuses %s', async (_, source) => {
    expect(await findIn(source)).not.toEqual([]);
  });

  test.each([
    ['an assignment in a condition', 'if (n := 1):\n    print(f"{n=}")\n'],
    ['flags joined by |', 'import os\nprint(os.R_OK | os.X_OK)\n'],
    [
      'annotations that stay text',
      'from __future__ import annotations\ndef f(x: list[int] | None):\n    pass\n',
    ],
  ])('allows %s', async (_, source) => {
    expect(await findIn(source)).toEqual([]);
  });
});
