import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../../scripts/lib/ensure-built.ts';

const LARGEST_BYTES = 90_000;

describe('the pages of the bundled viewer', () => {
  let folder = '';
  beforeAll(async () => {
    folder = join(dirname(await ensureBuilt()), 'viewer');
  });

  const files = (): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(html|js|css|svg)$/.test(name),
    );

  test('are below 90 KB gzipped, all of them together', () => {
    const bytes = files().map((name) => gzipSync(readFileSync(join(folder, name))).length);
    expect(bytes.length).toBeGreaterThanOrEqual(4);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(LARGEST_BYTES);
  });

  test('have a hash of their content in their names, all but the first', () => {
    const unhashed = files().filter((name) => !/-[\w-]{8}\.(js|css|svg)$/.test(name));
    expect(unhashed).toEqual(['index.html']);
  });

  test('need no inline script or style and nothing from elsewhere', () => {
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g)) {
      expect(address).toMatch(/^\.\/assets\//);
    }
    const code = files()
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
    expect(code).not.toMatch(/\beval\(|new Function\(|dangerouslySetInnerHTML:/);
  });
});
