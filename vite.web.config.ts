import { join } from 'node:path';
import { defineConfig } from 'vite';

/**
 * The pages, one folder each in dist: plain files with content hashes in their names, so that
 * whatever serves them may let the browser keep them for ever (all but index.html).
 */
export default defineConfig({
  root: join(import.meta.dirname, 'src/web/viewer'),
  // Works wherever the page lies, below any path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(import.meta.dirname, 'dist/viewer'),
    emptyOutDir: true,
    target: 'es2022',
    // Everything is a file of its own: the policy of the page allows no data: and nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    reportCompressedSize: true,
  },
});
