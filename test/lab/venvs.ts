import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { labRunner, runOrThrow } from './run.ts';

/** The environments that tests, bench and demo can have; each is a lock file in `venvs/`. */
export const VENVS = [
  'runicorn-0.5',
  'runicorn-0.6',
  'runicorn-newest',
  'bare',
  'tensorboard',
  // These are large: only `npm run test:viewers` makes them.
  'mlflow',
  'aim',
  'jupyter',
  'optuna',
  'trackio',
  'streamlit',
  'marimo',
] as const;
export type VenvName = (typeof VENVS)[number];

/** A Python environment with what its lock file names. */
export interface Venv {
  /** Its prefix. */
  readonly directory: string;
  readonly python: string;
}

/** Written last: without it an environment is the rest of a run that was interrupted. */
const COMPLETE_FILE = 'porthole-test-complete';

/**
 * Gives an environment of that name; it is made once on a machine, for one lock file and one Python.
 * Runs side by side wait for each other.
 *
 * @throws Error where there is no Python >= 3.10 with ensurepip, or the packages cannot be had
 */
export const ensureVenv = async (name: VenvName): Promise<Venv> => {
  const lockFile = fileURLToPath(new URL(`venvs/${name}.txt`, import.meta.url));
  const [lock, found] = await Promise.all([readFile(lockFile, 'utf8'), basePython()]);
  const hash = createHash('sha256').update(`${found.id}\n${lock}`).digest('hex').slice(0, 12);
  const cache = cacheDirectory();
  const directory = join(cache, `${name}-${hash}`);
  const venv = { directory, python: join(directory, 'bin', 'python') };
  if (await isComplete(venv)) return venv;

  await mkdir(cache, { recursive: true });
  const release = await holdLock(`${directory}.lock`);
  try {
    // Somebody else may have made it while we waited.
    if (!(await isComplete(venv))) await makeVenv(venv, { base: found.python, lockFile });
  } finally {
    await release();
  }
  return venv;
};

/** Made at its place and not renamed into it: the scripts of an environment hold its path. */
const makeVenv = async (
  { directory, python }: Venv,
  { base, lockFile }: { base: string; lockFile: string },
): Promise<void> => {
  await rm(directory, { recursive: true, force: true });
  await runOrThrow({ file: base, args: ['-m', 'venv', directory] });
  const install = ['-m', 'pip', 'install', '--no-deps', '--no-input', '--quiet', '-r', lockFile];
  await runOrThrow({
    file: python,
    args: install,
    env: { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_ROOT_USER_ACTION: 'ignore' },
  });
  await writeFile(join(directory, COMPLETE_FILE), '');
};

/** The kernel gives the lock up when its holder dies, however it dies. */
const holdLock = async (file: string): Promise<() => Promise<void>> => {
  const holder = labRunner.start({
    file: 'flock',
    args: [file, 'sh', '-c', 'echo held; exec cat'],
  });
  const held = await Promise.race([
    new Promise<'held'>((resolve) => holder.stdout.once('data', () => resolve('held'))),
    holder.exited,
  ]);
  if (held !== 'held') throw new Error(`Cannot lock ${file}: ${holder.stderr.text()}`);
  return holder.terminate;
};

let base: ReturnType<typeof findBasePython> | undefined;

const basePython: typeof findBasePython = () => {
  base ??= findBasePython();
  return base;
};

/** The system's Python first: accounts of the lab cannot enter the home where another may lie. */
const findBasePython = async (): Promise<{ python: string; id: string }> => {
  for (const python of ['/usr/bin/python3', 'python3']) {
    const found = await labRunner.run({ file: python, args: ['-c', SAY_IDENTITY] });
    if (found.exitCode === 0) return { python, id: found.stdout.trim() };
  }
  throw new Error('There is no Python >= 3.10 with venv (apt-get install python3-venv).');
};

const SAY_IDENTITY =
  'import ensurepip, sys; assert sys.version_info >= (3, 10); print(sys.base_prefix, sys.version)';

/** As root a place that the accounts of the lab can read, too. */
const cacheDirectory = (): string => {
  const parent =
    process.env.XDG_CACHE_HOME ??
    (process.getuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache'));
  return join(parent, 'porthole-test');
};

const isComplete = ({ directory }: Venv): Promise<boolean> =>
  access(join(directory, COMPLETE_FILE)).then(
    () => true,
    () => false,
  );
