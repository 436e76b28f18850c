/**
 * `node scripts/run.mjs NAME [ARGS]`: installs the locked packages where they are missing or not the
 * locked ones, then runs `scripts/NAME.ts` through Vite, as the tests are, so that a script can
 * import the lab and the project's sources (`?raw` Python included).
 *
 * Only Node's own modules up to the install: this is the first thing that runs in a fresh clone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const main = async ([name, ...args]) => {
  process.chdir(root);
  requireNode(readJson('package.json').engines.node);
  const file = requireScript(name);
  if (!isInstalled()) install();
  process.argv = [process.execPath, file, ...args];
  const { runnerImport } = await import('vite');
  const options = { root, logLevel: 'error', oxc: { target: 'node20.19' } };
  const { module } = await runnerImport(join(root, 'scripts/pack-viewer/plugin.ts'), options);
  // The script is its module: it runs while it is imported.
  await runnerImport(file, { ...options, logLevel: 'warn', plugins: [module.packedViewer] });
};

const requireNode = (range) => {
  const least = range.replace('>=', '').split('.').map(Number);
  const own = process.versions.node.split('.').map(Number);
  const i = least.findIndex((part, at) => own[at] !== part);
  if (i === -1 || own[i] > least[i]) return;
  fail(`porthole needs Node ${range}; this is Node ${process.versions.node}.`);
};

const requireScript = (name) => {
  const known = readdirSync(join(root, 'scripts')).filter((file) => file.endsWith('.ts'));
  if (known.includes(`${name}.ts`)) return join(root, 'scripts', `${name}.ts`);
  const names = known.map((file) => file.slice(0, -3)).join(' | ');
  return fail(`usage: node scripts/run.mjs ${names} [arguments]`);
};

/** npm notes what it installed in a lock file of its own; a clone, a pull or a branch makes the two differ. */
const isInstalled = () => {
  const noted = 'node_modules/.package-lock.json';
  if (!existsSync(noted)) return false;
  const locked = readJson('package-lock.json').packages;
  const installed = readJson(noted).packages;
  const isLocked = (path) =>
    installed[path]?.version === locked[path]?.version &&
    installed[path]?.integrity === locked[path]?.integrity;
  // Packages for other systems are locked too, but optional.
  const wanted = Object.keys(locked).filter(
    (path) => path !== '' && (!locked[path].optional || path in installed),
  );
  return [...wanted, ...Object.keys(installed)].every(isLocked);
};

const install = () => {
  console.error('Installing the locked packages (npm ci)');
  const { status, error, signal } = spawnSync(
    'npm',
    ['ci', '--include=dev', '--no-audit', '--no-fund'],
    { stdio: ['ignore', 2, 2] },
  );
  if (status === 0) return;
  fail(`npm ci failed: ${error?.message ?? signal ?? `exit code ${status}`}`, status ?? 1);
};

const readJson = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

const fail = (message, exitCode = 2) => {
  console.error(message);
  process.exit(exitCode);
};

await main(process.argv.slice(2));
