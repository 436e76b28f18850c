import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { at, bearer, get } from '../e2e/http.ts';
import type { Line, ReadyLine } from '../e2e/json-lines.ts';
import type { ExperimentServer } from '../e2e/server.ts';
import { remainsOn, viewersOn } from '../e2e/server-side.ts';
import { makeWorkplace, type RunningPorthole, type Workplace } from '../e2e/workplace.ts';
import { jumpingClockEnv } from '../lab/jumping-clock.ts';
import { type Play, playFaults } from './play.ts';
import type { Ending, Sequence } from './sequence.ts';

const GRACE_S = 3;
/** What is never done within these is taken for never done; a machine that is busy takes its time. */
const GONE_LIMIT_MS = 60_000;
const BACK_LIMIT_MS = 90_000;
const ENDED_LIMIT_MS = 60_000;

/**
 * Opens a session, lets happen to it what the sequence says, ends it, and looks whether porthole kept
 * its promises (ARCHITECTURE.md): nothing left, nothing lost, the same address or an honest failure.
 *
 * @returns the promises that were broken, in words; none when all is well
 */
export const runSequence = async (
  sequence: Sequence,
  server: ExperimentServer,
): Promise<readonly string[]> => {
  // One that broke off may have left it cut.
  server.lab.relay?.restore();
  server.lab.relay?.setDelay(0);
  await using here = await makeWorkplace();
  const broken: string[] = [];
  const storage = await hashOf(server.storage, sequence.viewer);
  const words = [...wordsOf(sequence, server), '--grace', String(GRACE_S)];
  const openIn = (place: Workplace) =>
    place.open(server.lab, words, jumpingClockEnv(place.directory));
  const open = () => openIn(here);
  await using elsewhere = await makeWorkplace();
  const porthole = open();
  const ended = porthole.process.exited;

  const place = { here, server, hubPid: porthole.pid };
  const ready = await begun(sequence, porthole);
  const before = await viewersOn(server.lab);
  const play = await playFaults(sequence, place, {
    again: open,
    elsewhere: async () => openIn(elsewhere),
  });
  if (sequence.endsWhile === 'healed') play.heal();

  if (sequence.endsWhile === 'healed' && !play.killed.has('hub')) {
    const comesBack = await comeBack({ here, porthole, ready, play });
    if (comesBack !== undefined) broken.push(comesBack);
  }
  const directories = [...before, ...(await viewersOn(server.lab))].map((one) => one.directory);
  await end(sequence.ending, { here, porthole });
  play.heal();

  if (!(await within(ENDED_LIMIT_MS, async () => (await endedOf(ended)) !== 'running'))) {
    broken.push('porthole did not end');
  }
  for (const other of play.others) {
    // One that came too late to hand over is a hub of its own.
    await signal(other, 'SIGTERM');
    const isOver = await within(
      ENDED_LIMIT_MS,
      async () => (await endedOf(other.process.exited)) !== 'running',
    );
    if (!isOver) broken.push('another porthole command did not end');
  }
  // What a killed hub left here goes with the next command; what a killed watchdog left there, with
  // the next session.
  await here.run(['stop', '--all']);
  await here.run(['ls']);
  if (play.killed.has('watchdog')) {
    const next = open();
    await next.ready();
    await next.end('SIGTERM');
  }
  const hubKilled = play.killed.has('hub') || sequence.ending === 'kill-hub';
  const here_ = await leftHere(here, hubKilled);
  if (here_.length > 0) broken.push(`left here: ${here_.join('; ')}`);
  const leftElsewhere = await elsewhere.remains();
  if (leftElsewhere.length > 0) broken.push(`left elsewhere: ${leftElsewhere.join('; ')}`);
  const left = await leftThere(server, directories);
  if (left.length > 0) broken.push(`left on the server: ${left.join('; ')}`);
  if ((await hashOf(server.storage, sequence.viewer)) !== storage)
    broken.push('the storage has changed');
  return broken;
};

const wordsOf = ({ viewer }: Sequence, { words, storage }: ExperimentServer): readonly string[] =>
  viewer === 'builtin' ? ['--viewer', 'builtin', '--storage', storage] : words;

/** The `ready` line where the faults come after it. */
const begun = async (
  { begin }: Sequence,
  porthole: RunningPorthole,
): Promise<ReadyLine | undefined> => {
  if (begin.kind === 'ready') return porthole.ready();
  await systemClock.sleep(begin.afterMs);
  return undefined;
};

const isError = (line: Line): line is Extract<Line, { type: 'error' }> => line.type === 'error';

/** When all is right again, the session answers at its address, or has failed with a named reason. */
const comeBack = async (input: {
  here: Workplace;
  porthole: RunningPorthole;
  ready: ReadyLine | undefined;
  play: Play;
}): Promise<string | undefined> => {
  const { here, porthole, play } = input;
  let seen = 'nothing yet';
  const isBackNow = async (): Promise<boolean> => {
    if ((await endedOf(porthole.process.exited)) !== 'running') return true;
    const ready = porthole.lines().find((line) => line.type === 'ready');
    if (ready === undefined) return false;
    await here.run(['retry', ready.session]);
    seen = await answerOf(ready);
    return seen === '200';
  };
  // Each look is a porthole command: without a pause they leave nothing to what they wait for.
  const isBack = await within(BACK_LIMIT_MS, isBackNow, 500);
  if (!isBack) return `did not come back: ${seen}`;
  const exit = await endedOf(porthole.process.exited);
  if (exit === 'running') return undefined;
  const error = porthole.lines().find(isError);
  if (error === undefined) return `ended by itself (${exit}) without a reason`;
  if (error.code === 'internal') return `failed by a bug of its own: ${error.message}`;
  // With the viewer or its watchdog killed there is a reason to fail; a lost link is none.
  const excused = ['viewer', 'watchdog'].some((actor) => play.killed.has(actor));
  const wasOpen = input.ready !== undefined;
  return wasOpen && !excused ? `gave up: ${error.code}: ${error.message}` : undefined;
};

const answerOf = async ({ url }: ReadyLine): Promise<string> => {
  try {
    const { status } = await get(at(url, '/api/health'), bearer(url));
    return String(status);
  } catch (error) {
    return String(error);
  }
};

const end = async (
  ending: Ending,
  { here, porthole }: { here: Workplace; porthole: RunningPorthole },
): Promise<void> => {
  switch (ending) {
    case 'stop':
    case 'stop-all':
      // Where it is gone already, or still opening under another name, the signal ends it.
      await here.run(['stop', ...(ending === 'stop' ? ['lab'] : ['--all'])]);
      return signal(porthole, 'SIGTERM');
    case 'interrupt':
      return signal(porthole, 'SIGINT');
    case 'terminate':
      return signal(porthole, 'SIGTERM');
    case 'kill-hub':
      return signal(porthole, 'SIGKILL');
  }
};

/** Once it has ended, its pid may be anybody's. */
const signal = async (porthole: RunningPorthole, name: NodeJS.Signals): Promise<void> => {
  if ((await endedOf(porthole.process.exited)) !== 'running') return;
  try {
    process.kill(porthole.pid, name);
  } catch {
    // It is just ending.
  }
};

const endedOf = async (exited: RunningPorthole['process']['exited']): Promise<string> =>
  Promise.race([
    exited.then(({ exitCode, signal: by }) => String(by ?? exitCode)),
    new Promise<'running'>((resolve) => setImmediate(() => resolve('running'))),
  ]);

const leftHere = async (here: Workplace, hubKilled: boolean): Promise<readonly string[]> => {
  let left: readonly string[] = [];
  await within(hubKilled ? GONE_LIMIT_MS : 2000, async () => {
    left = await here.remains();
    return left.length === 0;
  });
  return left;
};

const leftThere = async (
  { lab }: ExperimentServer,
  directories: readonly string[],
): Promise<readonly string[]> => {
  let left: readonly string[] = [];
  await within(GONE_LIMIT_MS, async () => {
    left = await remainsOn(lab, directories);
    return left.length === 0;
  });
  return left;
};

/** Whether it comes true in time; most of what is waited for here has no event that tells it. */
const within = async (
  limitMs: number,
  isTrue: () => Promise<boolean>,
  pauseMs = 50,
): Promise<boolean> => {
  const deadlineMs = systemClock.monotonicMs() + limitMs;
  for (;;) {
    if (await isTrue()) return true;
    if (systemClock.monotonicMs() > deadlineMs) return false;
    await systemClock.sleep(pauseMs);
  }
};

/**
 * Of every byte below the storage root; where Runicorn's own viewer runs, of what the trainings wrote,
 * since that keeps an index and lock files of its own beside it.
 */
const hashOf = async (storage: string, viewer: Sequence['viewer']): Promise<string> => {
  const hash = createHash('sha256');
  const root = viewer === 'builtin' ? storage : join(storage, 'runs');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && (viewer === 'builtin' || !entry.name.endsWith('.lock')))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file).update(await readFile(file));
  return hash.digest('hex');
};
