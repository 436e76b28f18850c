import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** ssh starts the executable itself, to ask something. */
const makeExecutable: Plugin = {
  name: 'make-executable',
  writeBundle: ({ dir = '' }) => chmod(join(dir, 'porthole.js'), 0o755),
};

/** One build for the command line, bundled with its libraries so that it starts fast and installs without any. */
export default defineConfig({
  plugins: [makeExecutable],
  // The agent's Python is embedded as text (`?raw`), the same here and in vitest.
  assetsInclude: ['**/*.py'],
  build: {
    ssr: 'src/cli/main.ts',
    target: 'node20.19',
    outDir: 'dist',
    emptyOutDir: true,
    minify: false,
    // What is bundled is given on, and with it the licences that ask to be.
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    rolldownOptions: {
      output: {
        entryFileNames: 'porthole.js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
      },
    },
  },
  ssr: { noExternal: true },
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers, real logins: generous limits here, no timed assertion in any test.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
