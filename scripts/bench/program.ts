import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const USERS_REGISTRY = join(root, 'src/viewers/registry.ts');
const BENCH_REGISTRY = join(root, 'scripts/bench/registry.ts');

/** Puts the bench's list of viewers in the place of the users', which it takes in. */
const oneViewerMore: Plugin = {
  name: 'one-viewer-more',
  enforce: 'pre',
  resolveId: async function (source, importer, options) {
    if (importer === undefined || importer === BENCH_REGISTRY) return null;
    const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
    return resolved?.id === USERS_REGISTRY ? BENCH_REGISTRY : null;
  },
};

/**
 * Builds the command line as for users, but for one viewer more: one that costs nothing but the
 * start of an interpreter. What it measures is porthole, with all that its start costs.
 *
 * @returns path of the executable
 */
export const buildWithTrivialViewer = async (outDir: string): Promise<string> => {
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    plugins: [oneViewerMore],
    build: { outDir, emptyOutDir: true },
  });
  return join(outDir, 'porthole.js');
};
