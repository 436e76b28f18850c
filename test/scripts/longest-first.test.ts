import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LONGEST_FIRST } from '../../scripts/lib/longest-first.ts';

const root = join(import.meta.dirname, '../..');

test('every test file that is to start first is there, once', () => {
  expect(LONGEST_FIRST.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(new Set(LONGEST_FIRST).size).toBe(LONGEST_FIRST.length);
});
