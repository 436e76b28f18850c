import { basename, join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

// Whoever starts the build, a test runner among them: what is shipped is the same.
process.env.NODE_ENV = 'production';

const FIRST = 'first-requests';

/** Which style has a name, by the name. */
const owners = new Map<string, string>();

/**
 * A script of its own that the page starts before all others: what it asks for is on its way while the
 * rest, which takes its answers over, is still read and run.
 */
const firstScript: Plugin = {
  name: 'first-script',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle }) => {
      const first = Object.values(bundle ?? {}).find(({ name }) => name === FIRST);
      if (first === undefined) return [];
      const attrs = { type: 'module', async: true, crossorigin: true, src: `./${first.fileName}` };
      return [{ tag: 'script', attrs, injectTo: 'head-prepend' }];
    },
  },
};

/**
 * The pages, one folder each in dist, the viewer's or, with `--mode dashboard`, the
 * dashboard's: plain files with content hashes in their names, so that whatever serves them may let
 * the browser keep them for ever (all but index.html).
 */
export default defineConfig(({ mode }) => ({
  root: join(import.meta.dirname, 'src/web', folderOf(mode)),
  plugins: [firstScript],
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
    // Everything is a file of its own: the policy of the page allows no data: and nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: FIRST, priority: 1, test: `/${FIRST}.ts` },
            // What is loaded later comes in one: packed together it is a seventh smaller.
            { name: 'pages', test: /viewer\/(run|compare|artifacts|system|files|logs)\// },
          ],
        },
      },
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
