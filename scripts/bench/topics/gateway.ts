import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { difference, type Figure, median, percentile, ratio } from '../figure.ts';
import { type GetInput, getOk, keepAlive } from '../http.ts';
import { openByPorthole } from '../open.ts';
import { TRIVIAL_ID } from '../registry.ts';
import { measureRounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';
import { openTunnel, viewerSocketOf } from '../tunnel.ts';

/** Requests of a round; their p99 is one sample. */
const REQUESTS = 400;
const BIG_BYTES = 128 * 1024 * 1024;

/** The gateway against raw `ssh -L`, both to the socket of the same viewer on the same server. */
export const gateway: Topic = {
  name: 'gateway',
  measure: async (stage) => {
    const [program, lab, venv] = await Promise.all([
      stage.program(),
      stage.lab('near'),
      stage.venv('bare'),
    ]);
    const home = await stage.directory('home');
    const directory = await stage.directory('raw');
    const opened = await openByPorthole({
      ...{ program, lab, home, viewer: TRIVIAL_ID },
      ...{ environment: venv.directory, storage: lab.home },
    });
    try {
      const remote = await viewerSocketOf(lab);
      const raw = await openTunnel({ lab, remote, local: join(directory, 'raw.sock') });
      try {
        const ways = {
          gateway: { place: opened.place, headers: opened.headers },
          raw: { place: { socketPath: raw.socketPath } },
        };
        return [...(await measureLatency(stage, ways)), ...(await measureRate(stage, ways))];
      } finally {
        await raw.close();
      }
    } finally {
      await opened.close();
    }
  },
};

type Way = Pick<GetInput, 'place' | 'headers'>;
type Ways = Readonly<Record<'gateway' | 'raw', Way>>;

/** One small request after the other, each way in turn, on connections that stay open. */
const measureLatency = async (
  { rounds, share, signal }: Stage,
  ways: Ways,
): Promise<readonly Omit<Figure, 'topic'>[]> => {
  const contenders = { raw: ways.raw, gateway: ways.gateway, again: ways.raw };
  const agents = { raw: keepAlive(1), gateway: keepAlive(1), again: keepAlive(1) };
  const ask = (name: keyof typeof contenders) => async () => {
    const startedMs = systemClock.monotonicMs();
    await getOk({ ...contenders[name], path: '/api/health', agent: agents[name] });
    return systemClock.monotonicMs() - startedMs;
  };
  const asked = { raw: ask('raw'), gateway: ask('gateway'), again: ask('again') };
  const taken = { raw: none(), gateway: none(), again: none() };
  try {
    for (let round = 0; round < rounds; round++) {
      const requests = Math.ceil(REQUESTS * share);
      const samples = await measureRounds({ rounds: requests, signal, contenders: asked });
      taken.raw.push(samples.raw);
      taken.gateway.push(samples.gateway);
      taken.again.push(samples.again);
    }
  } finally {
    for (const agent of Object.values(agents)) agent.destroy();
  }
  return latencyFigures(taken);
};

type Rounds = (readonly number[])[];

const none = (): Rounds => [];

const latencyFigures = ({
  raw,
  gateway: through,
  again,
}: Readonly<Record<'raw' | 'gateway' | 'again', Rounds>>): readonly Omit<Figure, 'topic'>[] => {
  const at = (percent: number, rounds: Rounds) => rounds.map((one) => percentile(one, percent));
  const ms = (of: readonly number[]) => `${median(of).toFixed(2)} ms`;
  const p50 = [at(50, through), at(50, raw), at(50, again)] as const;
  const p99 = [at(99, through), at(99, raw), at(99, again)] as const;
  const noise = Math.max(...p99[1].map((one, round) => Math.abs(one - (p99[2][round] ?? one))));
  return [
    { name: 'noise, p50 of raw ssh -L to itself', value: difference(p50[2], p50[1]), unit: 'ms' },
    {
      name: 'p50 above raw ssh -L',
      value: difference(p50[0], p50[1]),
      unit: 'ms',
      bound: { kind: 'at-most', value: 1 },
      note: `${ms(p50[0])} to ${ms(p50[1])}`,
    },
    {
      name: 'p99 above raw ssh -L; bound: p50 above it, and the most that raw differs from itself',
      value: difference(p99[0], p99[1]),
      unit: 'ms',
      bound: { kind: 'at-most', value: Math.max(0, difference(p50[0], p50[1])) + noise },
      note: `${ms(p99[0])} to ${ms(p99[1])}`,
    },
  ];
};

/** One large answer, in MB a second. */
const measureRate = async (
  { rounds, share, signal }: Stage,
  ways: Ways,
): Promise<readonly Omit<Figure, 'topic'>[]> => {
  const bytesAsked = Math.round(BIG_BYTES * share);
  const rate = (way: Way) => async () => {
    const startedMs = systemClock.monotonicMs();
    const { bytes } = await getOk({ ...way, path: `/big?bytes=${bytesAsked}` });
    return bytes / 1000 / (systemClock.monotonicMs() - startedMs);
  };
  const samples = await measureRounds({
    rounds,
    signal,
    contenders: { raw: rate(ways.raw), gateway: rate(ways.gateway), again: rate(ways.raw) },
  });
  const { raw, again, gateway: through } = samples;
  return [
    { name: 'noise, throughput of raw ssh -L against itself', value: ratio(again, raw), unit: 'x' },
    {
      name: 'throughput to raw ssh -L',
      value: ratio(through, raw),
      unit: 'x',
      bound: { kind: 'at-least', value: 0.7 },
      note: `${median(through).toFixed(0)} to ${median(raw).toFixed(0)} MB/s`,
    },
  ];
};
