import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../../../scripts/lib/ensure-built.ts';

let chunks = '';
beforeAll(async () => {
  chunks = join(dirname(await ensureBuilt()), 'chunks');
});

/** A chunk of the build with all that it imports at once. */
const closureOf = (name: string, known = new Map<string, string>()): Map<string, string> => {
  if (known.has(name)) return known;
  const text = readFileSync(join(chunks, name), 'utf8');
  known.set(name, text);
  // Those that stand in functions are loaded when these are called.
  const required = /^(?:(?:const|let|var) \w+ = )?require\("\.\/(?:chunks\/)?([^"/]+\.js)"\);$/gm;
  for (const [, path = ''] of text.matchAll(required)) {
    closureOf(path, known);
  }
  return known;
};

test('the shell waits for no schemas, processes or commands when it completes', () => {
  const entry = readdirSync(chunks).find((name) => name.startsWith('run-completion-'));
  const loaded = [...closureOf('../porthole.js', closureOf(entry ?? 'none')).entries()];
  expect(loaded.length).toBeGreaterThan(1);
  for (const [name, text] of loaded) {
    expect([name, /ZodError|node:child_process|sessionViewSchema/.exec(text)?.[0]]).toEqual([
      name,
      undefined,
    ]);
  }
  const bytes = loaded.reduce((sum, [, text]) => sum + text.length, 0);
  expect(bytes).toBeLessThan(100_000);
});
