import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../../scripts/lib/ensure-built.ts';

const LARGEST_SCRIPT_BYTES = 60 * 1024;

describe('the dashboard', () => {
  let folder = '';
  beforeAll(async () => {
    folder = join(dirname(await ensureBuilt()), 'dashboard');
  });

  const files = (): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(html|js|css|svg)$/.test(name),
    );

  test('has at most 60 KB of JavaScript, gzipped, all parts together', () => {
    const bytes = files()
      .filter((name) => name.endsWith('.js'))
      .map((name) => gzipSync(readFileSync(join(folder, name))).length);
    expect(bytes.length).toBeGreaterThanOrEqual(1);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(LARGEST_SCRIPT_BYTES);
  });

  test('has a hash of its content in the name of each file but the first', () => {
    const unhashed = files().filter((name) => !/-[\w-]{8}\.(js|css|svg)$/.test(name));
    expect(unhashed).toEqual(['index.html']);
  });

  test('needs no inline script or style and nothing from elsewhere', () => {
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
