import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zlibAsync } from '@gfx/zopfli';
import { stripPython } from '../../src/remote/strip-python.ts';
import { tightenPython } from './tighten.ts';
import { codeWords } from './words.ts';

/** Where the bundled viewer's Python lies. */
export const VIEWER_SOURCE = join(import.meta.dirname, '../../src/builtin');

/** The same program in less text. */
export const shrinkPython = (source: string): string => tightenPython(stripPython(source));

/** The modules of the bundled viewer by their path in the archive, as they are written. */
export const viewerSources = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(VIEWER_SOURCE, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.py'))
      .sort()
      .map((path) => [path, readFileSync(join(VIEWER_SOURCE, path), 'utf8')]),
  );

/** The modules as they travel: as short as they come. */
export const viewerModules = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(viewerSources()).map(([path, source]) => [path, shrinkPython(source)]),
  );

/**
 * All of the viewer's Python in one: what zlib makes of the table of words, NUL, and the modules, as
 * word-coded bytes: path, NUL, source, NUL, and so on. Compressed as a whole it is half of a zip archive,
 * which compresses each file alone. Zopfli, which writes what any zlib reads, takes a second for it and
 * makes 8 % less of it than Node's zlib at its best.
 */
export const packViewer = async (): Promise<Buffer> => {
  const { words, bytes } = codeWords(Object.entries(viewerModules()).flat().join('\0'));
  const table = Buffer.from(`${words.join('\n')}\0`);
  return Buffer.from(await zlibAsync(Buffer.concat([table, bytes]), { numiterations: 15 }));
};
