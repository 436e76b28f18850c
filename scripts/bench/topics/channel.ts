import { systemClock } from '../../../src/core/clock.ts';
import { difference, type Figure, median, percentile, ratio } from '../figure.ts';
import { getOk, keepAlive } from '../http.ts';
import { type OpenViewer, openByPorthole } from '../open.ts';
import { TRIVIAL_ID } from '../registry.ts';
import { measureRounds } from '../rounds.ts';
import type { Distance, Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';

/** Requests of a round; their p50 is one sample. */
const REQUESTS = 200;
const BIG_BYTES: Readonly<Record<Distance, number>> = {
  near: 128 * 1024 * 1024,
  far: 32 * 1024 * 1024,
};

type Figures = readonly Omit<Figure, 'topic'>[];
type Ways = Readonly<Record<'forward' | 'channel', OpenViewer>>;

/** Pages over the agent's channel (`--no-mux`) against pages over a forward, both through the gateway. */
export const channel: Topic = {
  name: 'channel',
  measure: async (stage) => [
    ...(await measureAt(stage, 'near')),
    ...(await measureAt(stage, 'far')),
  ],
};

const measureAt = async (stage: Stage, distance: Distance): Promise<Figures> => {
  const forward = await openOver(stage, distance, []);
  try {
    const over = await openOver(stage, distance, ['--no-mux']);
    try {
      const ways = { forward, channel: over };
      return [
        ...(await measureLatency(stage, distance, ways)),
        ...(await measureRate(stage, distance, ways)),
      ];
    } finally {
      await over.close();
    }
  } finally {
    await forward.close();
  }
};

const openOver = async (
  stage: Stage,
  distance: Distance,
  words: readonly string[],
): Promise<OpenViewer> => {
  const [program, lab, venv, home] = await Promise.all([
    ...([stage.program(), stage.lab(distance)] as const),
    ...([stage.venv('bare'), stage.directory('home')] as const),
  ]);
  return await openByPorthole({
    ...{ program, lab, home, viewer: TRIVIAL_ID, words },
    ...{ environment: venv.directory, storage: lab.home },
  });
};

const measureLatency = async (
  { rounds, signal }: Stage,
  distance: Distance,
  ways: Ways,
): Promise<Figures> => {
  const agents = { forward: keepAlive(1), channel: keepAlive(1) };
  const ask = (name: keyof Ways) => async () => {
    const startedMs = systemClock.monotonicMs();
    const { place, headers } = ways[name];
    await getOk({ place, headers, path: '/api/health', agent: agents[name] });
    return systemClock.monotonicMs() - startedMs;
  };
  const contenders = { forward: ask('forward'), channel: ask('channel') };
  const taken: Record<keyof Ways, number[]> = { forward: [], channel: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      const samples = await measureRounds({ rounds: REQUESTS, signal, contenders });
      for (const name of ['forward', 'channel'] as const) {
        taken[name].push(percentile(samples[name], 50));
      }
    }
  } finally {
    for (const agent of Object.values(agents)) agent.destroy();
  }
  const ms = (of: readonly number[]) => `${median(of).toFixed(2)} ms`;
  return [
    {
      name: `p50 above a forward's, ${distance}`,
      value: difference(taken.channel, taken.forward),
      unit: 'ms',
      bound: { kind: 'at-most', value: 3 },
      note: `${ms(taken.channel)} to ${ms(taken.forward)}`,
    },
  ];
};

/** One large answer, in MB a second. */
const measureRate = async (
  { rounds, signal }: Stage,
  distance: Distance,
  ways: Ways,
): Promise<Figures> => {
  const rate =
    ({ place, headers }: OpenViewer) =>
    async () => {
      const startedMs = systemClock.monotonicMs();
      const path = `/big?bytes=${BIG_BYTES[distance]}`;
      const { bytes } = await getOk({ place, headers, path });
      return bytes / 1000 / (systemClock.monotonicMs() - startedMs);
    };
  const { forward, channel } = await measureRounds({
    rounds,
    signal,
    contenders: { forward: rate(ways.forward), channel: rate(ways.channel) },
  });
  return [
    {
      name: `throughput to a forward's, ${distance}`,
      value: ratio(channel, forward),
      unit: 'x',
      bound: { kind: 'at-least', value: 0.3 },
      note: `${median(channel).toFixed(0)} to ${median(forward).toFixed(0)} MB/s`,
    },
  ];
};
