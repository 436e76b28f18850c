import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES, exitCodeOf } from '../src/core/errors.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README explains every error code, and no other', () => {
  const section = /## Troubleshooting.*?\n## /s.exec(readme)?.[0] ?? '';
  const explained = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)])
    .map((match) => match[1]);
  expect(explained.toSorted()).toEqual([...ERROR_CODES].toSorted());
});

test('the README names every exit code that a failure can have', () => {
  const listed = /exit code says what\nwent wrong: (.*?)\./s.exec(readme)?.[1] ?? '';
  for (const code of new Set(ERROR_CODES.map(exitCodeOf))) {
    expect(listed).toMatch(new RegExp(`(^|\\W)${code} `));
  }
});
