import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { $ } from 'zx';

const root = dirname(dirname(import.meta.dirname));
const PROGRAM = join(root, 'dist/porthole.js');
/** What each of the builds writes last. */
const PRODUCTS = [
  PROGRAM,
  ...['viewer', 'dashboard'].map((page) => join(root, `dist/${page}/index.html`)),
];

/**
 * Builds dist/ where it is missing or older than what it is made of, and gives the path of the
 * command line. Callers side by side in one process share one build; `npm test` builds before the
 * tests start.
 */
export const ensureBuilt = (): Promise<string> => {
  building ??= build();
  return building;
};

let building: Promise<string> | undefined;

const build = async (): Promise<string> => {
  if (!isFresh()) await $({ cwd: root, quiet: true, detached: false })`npm run --silent build`;
  return PROGRAM;
};

const isFresh = (): boolean => {
  if (!PRODUCTS.every((path) => existsSync(path))) return false;
  const builtAtMs = Math.min(...PRODUCTS.map((path) => statSync(path).mtimeMs));
  const folders = ['src', 'scripts/pack-viewer'].flatMap((one) => [one, ...below(one)]);
  return ['package.json', 'package-lock.json', ...configs(), ...folders].every(
    (path) => statSync(join(root, path)).mtimeMs <= builtAtMs,
  );
};

const configs = (): readonly string[] =>
  readdirSync(root).filter((name) => name.endsWith('.config.ts'));

/** Folders count as well: a file that was removed changes its folder only. */
const below = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.includes('__pycache__'))
    .map((name) => join(folder, name));
