/**
 * `npm run demo`: porthole as a user meets it, all of it real and on this machine: an sshd of our
 * own behind the alias gpu-server, Runicorn from PyPI, runs written by Runicorn's own SDK (one of
 * them still training), then `porthole open gpu-server`. Ctrl+C leaves nothing behind.
 */
import { join } from 'node:path';
import { systemClock } from '../src/core/clock.ts';
import { type Lab, startLab } from '../test/lab/lab.ts';
import { labRunner } from '../test/lab/run.ts';
import { makeSampleRuns, startTraining } from '../test/lab/sample-runs/sample-runs.ts';
import { setUpSshd } from '../test/lab/set-up.ts';
import { ensureVenv, type Venv } from '../test/lab/venvs.ts';
import { ensureBuilt } from './lib/ensure-built.ts';
import { onInterrupt } from './lib/interrupt.ts';
import { runInForeground } from './lib/run-in-foreground.ts';

const ALIAS = 'gpu-server';
const interrupt = onInterrupt();

/** Says what is done, then how long it took. */
const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  interrupt.signal.throwIfAborted();
  const startedAtMs = systemClock.monotonicMs();
  const result = await work();
  interrupt.signal.throwIfAborted();
  const seconds = ((systemClock.monotonicMs() - startedAtMs) / 1000).toFixed(1);
  console.log(`  ${what} (${seconds} s)`);
  return result;
};

/** Everything that a server with experiments has. All files lie in the lab, which removes them. */
const prepare = async (onLab: (lab: Lab) => void) => {
  // Before the server is needed by anyone, all that still runs may be ended at once.
  const stopAll = () => void labRunner.stopAll();
  interrupt.signal.addEventListener('abort', stopAll, { once: true });
  try {
    console.log('Preparing a server of our own on this machine');
    const program = await step('porthole is built', ensureBuilt);
    await step('OpenSSH server is installed', setUpSshd);
    const venv = await step('Runicorn from PyPI is installed', installRunicorn);
    const lab = await step(`sshd listens, as ${ALIAS}`, () => startLab({ alias: ALIAS }));
    onLab(lab);
    const storage = join(lab.home, 'experiments');
    const { python } = venv;
    await step('finished runs are there', () => makeSampleRuns({ python, storage }));
    await step('one more is training', () => startTraining({ python, storage }));
    return { lab, program, environment: venv.directory, storage };
  } finally {
    interrupt.signal.removeEventListener('abort', stopAll);
  }
};

const installRunicorn = async (): Promise<Venv> => {
  try {
    return await ensureVenv('runicorn-newest');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new Error(`Runicorn cannot be installed; is PyPI within reach?\n${reason}`, { cause });
  }
};

const open = async ({
  lab,
  program,
  environment,
  storage,
}: Awaited<ReturnType<typeof prepare>>) => {
  const words = ['open', ALIAS, '-F', lab.configFile, '--env', environment, '--storage', storage];
  console.log(`\nporthole ${words.join(' ')} --yes`);
  return runInForeground({
    file: process.execPath,
    args: [program, ...words, '--yes'],
    // A hub of its own: the user's real one is left alone.
    env: { ...process.env, PORTHOLE_HOME: join(lab.directory, 'porthole') },
    signal: interrupt.signal,
  });
};

let lab: Lab | undefined;
try {
  const prepared = await prepare((started) => {
    lab = started;
  });
  process.exitCode = await open(prepared);
} catch (error) {
  if (!interrupt.signal.aborted) {
    console.error(`The demo cannot go on: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
} finally {
  await lab?.[Symbol.asyncDispose]();
  process.exitCode = interrupt.exitCode() ?? process.exitCode ?? 0;
}
