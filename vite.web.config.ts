import { basename, dirname, join } from 'node:path';
import { build, defineConfig, type LibraryOptions, type Plugin, type Rolldown } from 'vite';

// Whoever starts the build, a test runner among them: what is shipped is the same.
process.env.NODE_ENV = 'production';

/** Which style has a name, by the name. */
const owners = new Map<string, string>();

/**
 * Scripts as browsers start them soonest. Chromium keeps what it made of a script for the next visit, but
 * takes it up only where that is no module (156, traced); and the viewer's first requests are a part of
 * its page, on their way before any file of it is read.
 */
const scripts: Plugin = {
  name: 'scripts',
  transformIndexHtml: {
    order: 'post',
    handler: async (html, { filename }) => {
      const isViewer = dirname(filename).endsWith('viewer');
      const children = isViewer ? await builtScript(FIRST_REQUESTS) : undefined;
      return {
        html: html.replaceAll('<script type="module" crossorigin', '<script defer'),
        tags: children === undefined ? [] : [{ tag: 'script', children, injectTo: 'head-prepend' }],
      };
    },
  },
};

const FIRST_REQUESTS = join(import.meta.dirname, 'src/web/viewer/first-requests.ts');

/** A script without imports, as it is shipped. */
async function builtScript(file: string): Promise<string> {
  const lib: LibraryOptions = { entry: file, formats: ['iife'], name: 'first' };
  const built = await build({ configFile: false, logLevel: 'warn', build: { lib, write: false } });
  const [result] = [built].flat() as Rolldown.RolldownOutput[];
  const chunk = result?.output[0];
  if (chunk === undefined) throw new Error(`${file} was not built`);
  return chunk.code.trim();
}

/**
 * The pages, one folder each in dist, the viewer's or, with `--mode dashboard`, the
 * dashboard's: plain files with content hashes in their names, so that whatever serves them may let
 * the browser keep them for ever (all but index.html).
 */
export default defineConfig(({ mode }) => ({
  root: join(import.meta.dirname, 'src/web', folderOf(mode)),
  plugins: [scripts],
  // Works wherever the page lies, below any path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  css: { modules: { generateScopedName: scopedName } },
  build: {
    // One style: small, and packed together it is smaller still.
    cssCodeSplit: false,
    outDir: join(import.meta.dirname, 'dist', folderOf(mode)),
    emptyOutDir: true,
    target: 'es2022',
    // Everything is a file of its own, but for the first script: the policy of the page allows no other.
    assetsInlineLimit: 0,
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    reportCompressedSize: true,
    rolldownOptions: {
      output: { format: 'iife', codeSplitting: false },
      // Vite's loader of further files asks for it; here it has none to load.
      transform: { define: { 'import.meta': '{}' } },
    },
  },
}));

function folderOf(mode: string): 'viewer' | 'dashboard' {
  return mode === 'dashboard' ? 'dashboard' : 'viewer';
}

/**
 * `notice-title`: packs better than any hash.
 *
 * @throws Error where two files would share their names
 */
function scopedName(name: string, file: string): string {
  const path = file.replace(/\?.*$/, '');
  const base = basename(path, '.module.css');
  const owner = owners.get(base) ?? path;
  if (owner !== path) throw new Error(`${path} is called as ${owner}: their classes would mix`);
  owners.set(base, path);
  return `${base}-${name}`;
}
