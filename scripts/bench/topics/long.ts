import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { runOrThrow } from '../../../test/lab/run.ts';
import { makeSampleStorage } from '../../../test/lab/sample-storage/sample-storage.ts';
import { peakOfTreeMb, type ServedStorage, serveBundled } from '../bundled.ts';
import { median, ratio } from '../figure.ts';
import type { Topic } from '../topic.ts';
import { chartsPath, isComplete, longRunOf } from '../viewer-questions.ts';

const LINES = 1_000_000;
const MAX_ROUNDS = 3;
/** Reads a file as its writer made it: the least that any viewer in Python could do. */
const READ =
  'import json, sys\nwith open(sys.argv[1], "rb") as f:\n for line in f: json.loads(line)';

/** One run of a million lines with ten metrics, in the bundled viewer. */
export const long: Topic = {
  name: 'long',
  measure: async ({ rounds, directory, signal }) => {
    const storage = await directory('storage');
    const runtime = await directory('viewer');
    await makeSampleStorage({ storage, long: rounds === 1 ? 2000 : LINES });
    const samples = { first: none(), whole: none(), read: none(), zoom: none(), mb: none() };
    for (let round = 0; round < Math.min(MAX_ROUNDS, rounds); round++) {
      signal.throwIfAborted();
      const one = await serveBundled(storage, runtime);
      try {
        const run = await longRunOf(one);
        const { first, whole, mb } = await loadWhole(one, run.key);
        samples.first.push(first);
        samples.whole.push(whole);
        samples.mb.push(mb);
        samples.zoom.push(await timeZooms(one, run.key));
        samples.read.push(await timeReading(join(storage, run.key, 'events.jsonl')));
      } finally {
        await one.close();
      }
    }
    const note = `${median(samples.whole).toFixed(1)} s against ${median(samples.read).toFixed(1)} s`;
    const atMost = (value: number) => ({ kind: 'at-most', value }) as const;
    const what = '1,000,000 lines';
    return [
      { name: `${what}, first chart`, value: median(samples.first), unit: 's', bound: atMost(2) },
      {
        ...{ name: `${what}, whole, against one json.loads a line`, unit: 'x', note },
        ...{ value: ratio(samples.whole, samples.read), bound: atMost(1) },
      },
      { name: `${what}, warm zoom`, value: median(samples.zoom), unit: 'ms', bound: atMost(50) },
      {
        name: `${what}, memory with its workers`,
        value: median(samples.mb),
        unit: 'MB',
        bound: atMost(250),
      },
    ];
  },
};

const none = (): number[] => [];

/** Seconds until the first chart has points and until all is read, and the most memory meanwhile. */
const loadWhole = async (one: ServedStorage, run: string) => {
  const path = chartsPath({ run, metrics: 1 });
  const startedMs = systemClock.monotonicMs();
  const elapsed = () => (systemClock.monotonicMs() - startedMs) / 1000;
  let complete = isComplete(await one.read(path));
  const first = elapsed();
  while (!complete) complete = isComplete(await one.read(path));
  // Its workers are still there for a while.
  return { first, whole: elapsed(), mb: await peakOfTreeMb(one.pid) };
};

/** The median of zooms into each metric at several depths, in ms. */
const timeZooms = async (one: ServedStorage, run: string): Promise<number> => {
  const taken = none();
  for (const depth of [2, 7, 31]) {
    const range = `&from=${LINES / depth / 3}&to=${LINES / depth}`;
    await one.ask(`${chartsPath({ run, metrics: 1 })}${range}`);
    for (let width = 700; width < 705; width++) {
      const path = `${chartsPath({ run, metrics: 1 })}${range}&width=${width}`;
      taken.push((await one.ask(path)).seconds * 1000);
    }
  }
  return median(taken);
};

const timeReading = async (file: string): Promise<number> => {
  const startedMs = systemClock.monotonicMs();
  await runOrThrow({ file: 'python3', args: ['-I', '-c', READ, file] });
  return (systemClock.monotonicMs() - startedMs) / 1000;
};
