import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { ensureBuilt } from '../../scripts/lib/ensure-built.ts';

/** The built files of a page. */
export interface Bundle {
  /** What each of these takes on the way, gzipped, in bytes. */
  sizes(ending?: string): readonly number[];
  /** The page itself. */
  html(): string;
  expectHashedNames(): void;
  /** `scripts`: so many of the page's own, which its policy names by their hashes. */
  expectNothingInlineOrForeign(allowed?: { readonly scripts: number }): void;
}

export const readBundle = async (name: 'dashboard' | 'viewer'): Promise<Bundle> => {
  const folder = join(dirname(await ensureBuilt()), name);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(html|js|css|svg)$/.test(file),
  );
  const read = (file: string) => readFileSync(join(folder, file));
  return {
    sizes: (ending = '') =>
      files.filter((file) => file.endsWith(ending)).map((file) => gzipSync(read(file)).length),
    html: () => read('index.html').toString(),
    expectHashedNames: () => {
      const unhashed = files.filter((file) => !/-[\w-]{8}\.(js|css|svg)$/.test(file));
      expect(unhashed).toEqual(['index.html']);
    },
    expectNothingInlineOrForeign: (allowed = { scripts: 0 }) => {
      const html = read('index.html').toString();
      expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
      expect([...html.matchAll(/<script(?![^>]*\ssrc=)/g)]).toHaveLength(allowed.scripts);
      for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g)) {
        expect(address).toMatch(/^\.\/assets\//);
      }
      const scripts = files.filter((file) => file.endsWith('.js')).map((file) => read(file));
      expect(scripts.join('\n')).not.toMatch(/\beval\(|new Function\(|dangerouslySetInnerHTML:/);
    },
  };
};

export const sumOf = (sizes: readonly number[]): number =>
  sizes.reduce((sum, size) => sum + size, 0);
