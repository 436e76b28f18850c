import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/lib/longest-first.ts';
import { packedViewer } from './scripts/pack-viewer/plugin.ts';

/** ssh starts the executable itself, to ask something. */
const makeExecutable: Plugin = {
  name: 'make-executable',
  writeBundle: ({ dir = '' }) => chmod(join(dir, 'porthole.js'), 0o755),
};

/**
 * CommonJS: it is loaded in one go, and V8's compiled form of it can be kept (`compiled-code.ts`), which
 * Node 20 does for no other.
 */
const asCommonJs: Plugin = {
  name: 'as-commonjs',
  generateBundle() {
    const source = `${JSON.stringify({ type: 'commonjs' })}\n`;
    this.emitFile({ type: 'asset', fileName: 'package.json', source });
  },
};

/** What every call needs before it is known which it is. */
const isStart = (id: string): boolean =>
  /\/src\/(core\/paths|cli\/compiled-code)\.ts$/.test(id) ||
  /\/node_modules\/(env-paths|is-safe-filename)\//.test(id);

/** What calls need that are to answer at once (completion, help): no schemas, no ssh. */
const isBase = (id: string): boolean =>
  /\/src\/core\/(?!paths)/.test(id) ||
  /\/src\/cli\/(run|commands?|catalogue|words|flags|environment)\.ts$/.test(id) ||
  /\/src\/cli\/(render-error|style|terminal)\.ts$/.test(id) ||
  /\/src\/(hub\/(control-socket|session-names)|session\/remembered-names)\.ts$/.test(id) ||
  /\/src\/ssh\/(target|askpass\/askpass-env)\.ts$/.test(id);

/** What every command needs that speaks to the hub, or becomes it. */
const isEngine = (id: string): boolean =>
  // The dashboard's server and schemas are for the few hubs that serve it, the doctor for those who ask it.
  /\/src\/(remote|hub|session)\/(?!gateway\/|dashboard\/|api\/|doctor\/)/.test(id) ||
  /\/src\/ssh\/(?!aliases|expand-glob|target|askpass\/helper|login-lines|first-hop)/.test(id) ||
  /\/src\/viewers\/(install-command|version)\.ts$/.test(id) ||
  /\/src\/cli\/(commands\/open|compose|open-output|browser|interaction)\.ts$/.test(id) ||
  /\/src\/cli\/(interruptible|terminal-prompter|ssh-flags|background-command)\.ts$/.test(id) ||
  /\/node_modules\/(zod|tree-kill)\//.test(id);

/** The front of a session, but for the pages of viewers, which most have none of. */
const isGateway = (id: string): boolean => /\/src\/session\/gateway\/(?!page-files)/.test(id);

/** One build for the command line, bundled with its libraries so that it starts fast and installs without any. */
export default defineConfig({
  plugins: [makeExecutable, asCommonJs, packedViewer],
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
        format: 'cjs',
        entryFileNames: 'porthole.js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        // Few files: each costs the loader about a millisecond before ssh is started.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'start', priority: 3, test: isStart },
            { name: 'base', priority: 2, test: isBase },
            { name: 'engine', priority: 1, test: isEngine },
            // What the dashboard shares with it is no reason for another file on the way to a viewer.
            { name: 'gateway', priority: 1, test: isGateway },
          ],
        },
        banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
      },
    },
  },
  ssr: { noExternal: true },
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers, real logins: generous limits here, no timed assertion in any test.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    // On a machine of others', a test that a stall has broken is run once more; the count names it.
    retry: process.env.CI === undefined ? 0 : 1,
    pool: 'forks',
    // Files share no state but what modules remember; a process and all imports for each took 40 s of CPU.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Most of a test's time is a wait for a login, a viewer, a lease: more of them than cores.
    maxWorkers: 5,
  },
});
