import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Numbers of the rows that a text names by `pattern`. */
const numbersIn = (text: string, pattern: RegExp): readonly number[] =>
  [...text.matchAll(pattern)].map((match) => Number(match[1]));

const rows = numbersIn(read('docs/failure-modes.md'), /^\| (\d+) \|/gm);

const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.test\.ts$/.test(name))
  .map((name) => read(join('test', name)))
  .join('\n');

/** Limits are named in the README, each with its reason. */
const limits = /\n## Limits\n.*?(?=\n## |$)/s.exec(read('README.md'))?.[0] ?? '';

test('the failure modes are numbered one after the other', () => {
  expect(rows).toEqual(Array.from({ length: 36 }, (_, i) => i + 1));
});

test('every failure mode has a test of its number, or is named as a limit', () => {
  const shown = new Set([
    ...numbersIn(tests, /['"`]failure mode (\d+):/g),
    ...numbersIn(limits, /failure mode (\d+)/g),
  ]);
  expect(rows.filter((row) => !shown.has(row))).toEqual([]);
});

test('no test names a failure mode that there is not', () => {
  const named = numbersIn(tests, /['"`]failure mode (\d+):/g);
  expect(named.filter((row) => !rows.includes(row))).toEqual([]);
});
