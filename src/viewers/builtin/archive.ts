import { deflateSync } from 'node:zlib';
import { stripPython } from '../../remote/strip-python.ts';
import { tightenPython } from './tighten.ts';
import { codeWords } from './words.ts';

const files = import.meta.glob<string>('../../builtin/porthole_viewer/**/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The same program in less text. */
export const shrinkPython = (source: string): string => tightenPython(stripPython(source));

/** The modules of the bundled viewer by their path in the archive, as short as they come. */
export const viewerModules = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(files).map(([path, source]) => [
      path.slice(path.indexOf('porthole_viewer/')),
      shrinkPython(source),
    ]),
  );

/**
 * All of the viewer's Python as one text: base64 of what zlib makes of the table of words, NUL, and
 * the modules, as word-coded bytes: path, NUL, source, NUL, and so on. Compressed as a whole it is half
 * of a zip archive, which compresses each file alone.
 */
export const archiveText = (): string => {
  archive ??= pack(viewerModules()).toString('base64');
  return archive;
};
let archive: string | undefined;

const pack = (modules: Readonly<Record<string, string>>): Buffer => {
  const { words, bytes } = codeWords(Object.entries(modules).flat().join('\0'));
  const table = Buffer.from(`${words.join('\n')}\0`);
  return deflateSync(Buffer.concat([table, bytes]), { level: 9, memLevel: 9 });
};
