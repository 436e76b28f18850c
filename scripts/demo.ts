/**
 * `npm run demo`: porthole as a user meets it, all of it real and on this machine: an sshd of our
 * own behind the alias gpu-server, a week of experiments in Runicorn's formats, one more that trains
 * while you look, then `porthole open gpu-server`. Nothing comes from PyPI; Ctrl+C leaves nothing.
 */
import { join } from 'node:path';
import { systemClock } from '../src/core/clock.ts';
import { startLab } from '../test/lab/lab.ts';
import { labRunner } from '../test/lab/run.ts';
import { startLiveStorage } from '../test/lab/sample-storage/sample-storage.ts';
import { setUpSshd } from '../test/lab/set-up.ts';
import { ensureBuilt } from './lib/ensure-built.ts';
import { onInterrupt } from './lib/interrupt.ts';
import { runInForeground } from './lib/run-in-foreground.ts';

const ALIAS = 'gpu-server';
/** Lines of the long run: enough to zoom into. */
const LONG_LINES = 20_000;
/** What the live run has behind it when the page opens, and its pace from then on. */
const LIVE = { head: 60, paceS: 0.5 };

const interrupt = onInterrupt();
/** What has to be undone at the end; the last comes first. */
const undo: (() => Promise<unknown>)[] = [];

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
const prepare = async () => {
  // Before the server is needed by anyone, all that still runs may be ended at once.
  const stopAll = () => void labRunner.stopAll();
  interrupt.signal.addEventListener('abort', stopAll, { once: true });
  try {
    console.log('Preparing a server of our own on this machine');
    const program = await step('porthole is built', ensureBuilt);
    await step('OpenSSH server is installed', setUpSshd);
    const lab = await step(`sshd listens, as ${ALIAS}`, () => startLab({ alias: ALIAS }));
    undo.push(() => lab[Symbol.asyncDispose]());
    const { storage, stop } = await step('experiments are there, and one is training', () =>
      startLiveStorage({
        ...{ storage: join(lab.home, 'experiments'), sample: true, long: LONG_LINES },
        ...LIVE,
      }),
    );
    undo.push(stop);
    return { lab, program, storage };
  } finally {
    interrupt.signal.removeEventListener('abort', stopAll);
  }
};

const open = async ({ lab, program, storage }: Awaited<ReturnType<typeof prepare>>) => {
  const words = ['open', ALIAS, '-F', lab.configFile, '--viewer', 'builtin', '--storage', storage];
  console.log(
    "\nNothing is installed there, so it is porthole's own viewer that opens. Where one of",
  );
  console.log("a server's environments has Runicorn, Runicorn's is taken.");
  console.log(`\nporthole ${words.join(' ')}`);
  return runInForeground({
    file: process.execPath,
    args: [program, ...words],
    // A hub of its own: the user's real one is left alone.
    env: { ...process.env, PORTHOLE_HOME: join(lab.directory, 'porthole') },
    signal: interrupt.signal,
  });
};

try {
  process.exitCode = await open(await prepare());
} catch (error) {
  if (!interrupt.signal.aborted) {
    console.error(`The demo cannot go on: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
} finally {
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  process.exitCode = interrupt.exitCode() ?? process.exitCode ?? 0;
}
