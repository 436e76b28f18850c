import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../../src/core/clock.ts';
import {
  makeSampleStorage,
  startLiveStorage,
} from '../../../test/lab/sample-storage/sample-storage.ts';
import { followEvents, type ServedStorage, serveBundled, served } from '../bundled.ts';
import { residentMb, watchCpu } from '../cpu.ts';
import { type Figure, median, ratio } from '../figure.ts';
import { measureRounds } from '../rounds.ts';
import { startRunicorn } from '../runicorn.ts';
import type { Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';
import { chartsPath, longRunOf, untilComplete } from '../viewer-questions.ts';

type Figures = readonly Omit<Figure, 'topic'>[];

/** The bundled viewer's server beside Runicorn's own, 0.6 and the newest, on the same storages. */
export const viewer: Topic = {
  name: 'viewer',
  measure: async (stage) => [
    ...(await measureStart(stage)),
    ...(await measureList(stage)),
    ...(await measureManyRuns(stage)),
    ...(await measureCharts(stage)),
    ...(await measureLive(stage)),
  ],
};

/** With one round everything is small: only whether it runs is of interest. */
const sized = ({ rounds }: Stage, size: number): number => (rounds === 1 ? 50 : size);

const measureStart = async (stage: Stage): Promise<Figures> => {
  const storage = await stage.directory('storage');
  const directory = await stage.directory('start');
  const once = async () => {
    const startedMs = systemClock.monotonicMs();
    const one = await serveBundled(storage, directory);
    await one.ask('/api/health');
    const ms = systemClock.monotonicMs() - startedMs;
    await one.close();
    return ms;
  };
  const { ms } = await measureRounds({ ...stage, contenders: { ms: once } });
  return [figure('ready after its start', median(ms), 'ms', 150)];
};

const measureList = async (stage: Stage): Promise<Figures> => {
  const storage = await stage.directory('storage');
  await makeSampleStorage({ storage, runs: sized(stage, 2000) });
  const all = await serveAll(stage, storage);
  try {
    const ask = (one: ServedStorage) => async () => (await one.ask('/api/runs')).seconds * 1000;
    const contenders = { ours: ask(all.ours), v06: ask(all.v06), newest: ask(all.newest) };
    const { ours, v06, newest } = await measureRounds({ ...stage, contenders });
    const note = `${median(ours).toFixed(1)} ms; Runicorn 0.6 ${median(v06).toFixed(0)} ms`;
    return [
      figure('list of 2,000 runs, warm', median(ours), 'ms', 60),
      atLeast('list of 2,000 runs, times as fast as Runicorn 0.6', ratio(v06, ours), 6, note),
      { name: 'times as fast as the newest Runicorn', value: ratio(newest, ours), unit: 'x' },
    ];
  } finally {
    await all.close();
  }
};

const measureManyRuns = async (stage: Stage): Promise<Figures> => {
  const storage = await stage.directory('storage');
  const directory = await stage.directory('many');
  await makeSampleStorage({ storage, runs: sized(stage, 20_000), lines: 2 });
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < Math.min(3, stage.rounds); round++) {
    const one = await serveBundled(storage, directory);
    try {
      const startedMs = systemClock.monotonicMs();
      while (rowsSchema.parse(await one.read('/api/runs?limit=300')).rows === 0);
      cold.push((systemClock.monotonicMs() - startedMs) / 1000);
      while (!rowsSchema.parse(await one.read('/api/runs?limit=1')).scan.complete);
      await one.ask('/api/runs?limit=300');
      warm.push((await one.ask('/api/runs?limit=300')).seconds * 1000);
    } finally {
      await one.close();
    }
  }
  return [
    figure('first rows of 20,000 runs, cold', median(cold), 's', 1),
    figure('first rows of 20,000 runs, warm', median(warm), 'ms', 150),
  ];
};

const rowsSchema = z.object({ rows: z.number(), scan: z.object({ complete: z.boolean() }) });

/** All ten charts of a run with 100,000 lines. */
const measureCharts = async (stage: Stage): Promise<Figures> => {
  const storage = await stage.directory('storage');
  await makeSampleStorage({ storage, long: sized(stage, 100_000) });
  const samples = { cold: [] as number[], warm: [] as number[], mb: [] as number[] };
  const theirs = { cold: [] as number[], warm: [] as number[], mb: [] as number[] };
  let [bytes, theirBytes] = [0, 0];
  for (let round = 0; round < Math.min(3, stage.rounds); round++) {
    const all = await serveAll(stage, storage);
    try {
      const run = await longRunOf(all.ours);
      const path = chartsPath({ run: run.key, metrics: 10 });
      const startedMs = systemClock.monotonicMs();
      await untilComplete(all.ours, `${path}&wait=5000`);
      samples.cold.push((systemClock.monotonicMs() - startedMs) / 1000);
      const warm = await all.ours.ask(path);
      samples.warm.push(warm.seconds);
      samples.mb.push(await residentMb(all.ours.pid));
      const steps = `/api/runs/${run.id}/metrics_step`;
      theirs.cold.push((await all.v06.ask(steps)).seconds);
      const again = await all.v06.ask(steps);
      theirs.warm.push(again.seconds);
      theirs.mb.push(await residentMb(all.v06.pid));
      [bytes, theirBytes] = [warm.bytes, again.bytes];
    } finally {
      await all.close();
    }
  }
  const note = (ours: readonly number[], other: readonly number[]) =>
    `${median(ours).toFixed(3)} s against ${median(other).toFixed(2)} s`;
  const faster = 'ten charts of 100,000 lines, times as fast as Runicorn 0.6';
  return [
    atLeast(
      `${faster}, cold`,
      ratio(theirs.cold, samples.cold),
      3,
      note(samples.cold, theirs.cold),
    ),
    atLeast(
      `${faster}, warm`,
      ratio(theirs.warm, samples.warm),
      15,
      note(samples.warm, theirs.warm),
    ),
    figure('ten charts of 100,000 lines, share of its bytes', bytes / theirBytes, 'x', 1 / 20),
    figure(
      'ten charts of 100,000 lines, share of its memory',
      ratio(samples.mb, theirs.mb),
      'x',
      0.5,
    ),
  ];
};

/** A line that is appended, and what an open page costs. */
const measureLive = async (stage: Stage): Promise<Figures> => {
  const storage = await stage.directory('storage');
  const directory = await stage.directory('live');
  const training = await startLiveStorage({ storage, sample: true, paceS: 3600 });
  const one = await serveBundled(storage, directory);
  const run = training.live.slice(storage.length + 1);
  const events = await followEvents(
    directory,
    `/api/live?runs=0&metrics=${encodeURIComponent(run)}`,
  );
  try {
    await events.until('"rows":1,');
    let rows = 1;
    const append = async () => {
      const startedMs = systemClock.monotonicMs();
      const data = { loss: 1, global_step: ++rows };
      await appendFile(
        join(training.live, 'events.jsonl'),
        `${JSON.stringify({ ts: rows, type: 'metrics', data })}\n`,
      );
      await events.until(`"rows":${rows},`);
      return (systemClock.monotonicMs() - startedMs) / 1000;
    };
    const { seconds } = await measureRounds({ ...stage, contenders: { seconds: append } });
    events.close();
    // Nobody is there for a while, as at night.
    await one.ask('/api/health');
    await systemClock.sleep(6000, { signal: stage.signal });
    const watched = () => systemClock.sleep(stage.watchS * 1000, { signal: stage.signal });
    const { idle } = await watchCpu({ idle: [one.pid] }, watched);
    return [
      figure('a line that is appended is told', median(seconds), 's', 0.5),
      figure('idle', idle.percent, '%', 0.2),
    ];
  } finally {
    events.close();
    await one.close();
    await training.stop();
  }
};

/** Ours and both of theirs, on one storage, each asked once. */
const serveAll = async (stage: Stage, storage: string) => {
  const runicorn = async (name: 'runicorn-0.6' | 'runicorn-newest') => {
    const directory = await stage.directory(name);
    const venv = await stage.venv(name);
    const one = served(await startRunicorn({ venv, storage, directory }), directory);
    await one.ask('/api/runs');
    return one;
  };
  const ours = await serveBundled(storage, await stage.directory('ours'));
  await ours.ask('/api/runs');
  const [v06, newest] = [await runicorn('runicorn-0.6'), await runicorn('runicorn-newest')];
  const close = () => Promise.all([ours, v06, newest].map((one) => one.close()));
  return { ours, v06, newest, close };
};

const figure = (name: string, value: number, unit: Figure['unit'], most: number) => ({
  ...{ name, value, unit },
  bound: { kind: 'at-most', value: most } as const,
});

const atLeast = (name: string, value: number, least: number, note: string) => ({
  ...{ name, value, unit: 'x' as const, note },
  bound: { kind: 'at-least', value: least } as const,
});
