import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSource } from './architecture/read-source.ts';
import { checkShape, checkSource, type Violation } from './architecture/rules.ts';

const root = dirname(import.meta.dirname);

const filesBelow = (folder: string, extension: RegExp): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => extension.test(name))
    .map((name) => `${folder}/${name}`);

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const describeViolation = ({ at, problem, reason }: Violation): string =>
  `${at} ${problem} (${reason})`;

/** What the rules say of `text` if it stood in `path`. */
const problemsOf = (path: string, text: string): readonly string[] =>
  checkSource(readSource(path, text)).map(({ problem }) => problem);

describe('the project', () => {
  test('keeps the import directions, the single owners and the shape of its files', () => {
    const files = filesBelow('src', /\.tsx?$/);
    expect(files).toContain('src/core/clock.ts');
    const violations = files.flatMap((path) => checkSource(readSource(path, read(path))));
    expect(violations.map(describeViolation)).toEqual([]);
  });

  test('keeps the shape of its Python, tests and scripts as well', () => {
    const files = [
      ...filesBelow('src', /\.(py|css)$/),
      ...filesBelow('test', /\.(ts|tsx|py)$/),
      ...filesBelow('scripts', /\.(ts|mjs)$/),
    ];
    const violations = files.flatMap((path) =>
      checkShape({ path, lines: read(path).split('\n').length - 1 }),
    );
    expect(violations.map(describeViolation)).toEqual([]);
  });
});

describe('the import directions', () => {
  test.each([
    ['upwards', 'src/core/a.ts', "import { b } from '../ssh/b.ts';"],
    ['a type upwards', 'src/session/a.ts', "import type { B } from '../hub/b.ts';"],
    ['a type inline', 'src/ssh/a.ts', "type B = import('../session/b.ts').B;"],
    ['a re-export upwards', 'src/remote/a.ts', "export { b } from '../viewers/b.ts';"],
    ['a star upwards', 'src/remote/a.ts', "export * from '../viewers/b.ts';"],
    ['a lazy import', 'src/hub/a.ts', "const load = () => import('../cli/b.ts');"],
    ['a template', 'src/hub/a.ts', 'const load = () => import(`../cli/b.ts`);'],
    ['a computed one', 'src/hub/a.ts', 'const load = (n: string) => import(n);'],
    ['a side effect', 'src/ssh/a.ts', "import '../hub/b.ts';"],
    ['a raw text', 'src/core/a.ts', "import text from '../remote/agent/main.py?raw';"],
    ['a glob', 'src/core/a.ts', "const all = import.meta.glob(['./x.ts', '../hub/*.ts']);"],
    ['an old require', 'src/core/a.ts', "const b = require('../hub/b.ts');"],
    ['code for a page from the hub', 'src/web/kit/a.ts', "import { b } from '../../hub/b.ts';"],
    ['a page importing core', 'src/web/kit/a.ts', "import type { B } from '../../core/b.ts';"],
    ['a page imported', 'src/hub/a.ts', "import { App } from '../web/app.tsx';"],
    ['a test', 'src/ssh/a.ts', "import { lab } from '../../test/lab/lab.ts';"],
    ['a layer of its own making', 'src/cli/a.ts', "import { b } from '../shared/b.ts';"],
  ])('refuse %s', (_, path, text) => {
    expect(problemsOf(path, text)).toEqual([expect.stringMatching(/^imports /)]);
  });

  test.each([
    ['downwards', 'src/cli/a.ts', "import { b } from '../core/b.ts';"],
    ['within a layer', 'src/ssh/askpass/a.ts', "import { b } from '../b.ts';"],
    ['types of the hub in a page', 'src/web/a.ts', "import type { B } from '../hub/b.ts';"],
    ['the agent by its own layer', 'src/remote/a.ts', "import text from './agent/main.py?raw';"],
    ['packages', 'src/session/a.ts', "import { z } from 'zod';"],
    ['the version', 'src/cli/a.ts', "import { version } from '../../package.json';"],
    ['what only a comment names', 'src/core/a.ts', "// import { b } from '../hub/b.ts';"],
    ['what only a text names', 'src/core/a.ts', 'const text = "import \'../hub/b.ts\'";'],
  ])('allow %s', (_, path, text) => {
    expect(problemsOf(path, text)).toEqual([]);
  });
});

describe('the single owners', () => {
  test.each([
    ['src/hub/a.ts', "import { spawn } from 'node:child_process';", 'child_process'],
    ['src/hub/a.ts', "import { spawn } from 'child_process';", 'child_process'],
    ['src/ssh/a.ts', "import { execa } from 'execa';", 'execa'],
    ['src/hub/a.ts', "const { default: open } = await import('open');", 'open'],
    ['src/session/a.ts', 'const now = Date.now();', 'Date.now'],
    ['src/session/a.ts', 'const clock = Date.now;', 'Date.now'],
    ['src/session/a.ts', 'const at = new Date();', 'new Date()'],
    ['src/session/a.ts', 'globalThis.setTimeout(go, 5);', 'setTimeout'],
    ['src/session/a.ts', 'setInterval(go, 5);', 'setInterval'],
    ['src/session/a.ts', 'const after = { setTimeout };', 'setTimeout'],
    ['src/session/a.ts', 'const signal = AbortSignal.timeout(5);', 'AbortSignal.timeout'],
    ['src/session/a.ts', "import { setTimeout } from 'node:timers/promises';", 'timers/promises'],
    ['src/ssh/a.ts', 'const home = process.env.HOME;', 'process.env'],
    ['src/ssh/a.ts', "const home = process['env'].HOME;", 'process.env'],
    ['src/ssh/a.ts', 'const home = globalThis.process.env.HOME;', 'process.env'],
    ['src/ssh/a.ts', 'const { env } = process;', 'process.env'],
    ['src/ssh/a.ts', 'use(process);', 'process'],
    ['src/ssh/a.ts', "import { env } from 'node:process';", 'process'],
    ['src/hub/a.ts', 'process.exit(1);', 'process.exit'],
    ['src/hub/a.ts', "console.log('here');", 'console.log'],
  ])('refuse in %s: %s', (path, text, thing) => {
    expect(problemsOf(path, text)).toContainEqual(expect.stringContaining(`takes ${thing}, `));
  });

  test.each([
    ['src/ssh/spawn-process.ts', "import { execa } from 'execa';"],
    ['src/cli/terminal.ts', 'const isWide = process.stdout.columns > 80;'],
    ['src/core/clock.ts', 'const now = Date.now();'],
    ['src/session/a.ts', 'const at = new Date(wallMs).toISOString();'],
    ['src/session/a.ts', 'socket.setTimeout(0);'],
    ['src/session/a.ts', 'interface Timers { setTimeout(): void }'],
    ['src/ssh/a.ts', "process.kill(pid, 'SIGTERM');"],
    ['src/ssh/a.ts', '// process.env is not read here'],
  ])('allow in %s: %s', (path, text) => {
    expect(problemsOf(path, text)).toEqual([]);
  });
});

describe('the shape of files', () => {
  test('refuses more than 250 lines, and a name that says nothing', () => {
    expect(checkShape({ path: 'src/ssh/argv.ts', lines: 250 })).toEqual([]);
    expect(checkShape({ path: 'src/ssh/argv.ts', lines: 251 })).toHaveLength(1);
    expect(checkShape({ path: 'test/ssh/argv.test.ts', lines: 251 })).toEqual([]);
    for (const name of ['utils.ts', 'ssh-helpers.ts', 'misc/a.ts', 'path_utils.py']) {
      expect(checkShape({ path: `src/ssh/${name}`, lines: 1 })).toHaveLength(1);
    }
  });

  test('reports a violation with its line and its reason', () => {
    const text = "const a = 1;\nimport { b } from '../hub/b.ts';\n";
    expect(checkSource(readSource('src/core/a.ts', text)).map(describeViolation)).toEqual([
      'src/core/a.ts:2 imports ../hub/b.ts (everything stands on core, so that it knows nothing of ssh)',
    ]);
  });
});
