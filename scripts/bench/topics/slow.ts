import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { type Lab, startLab } from '../../../test/lab/lab.ts';
import { makeSampleRuns } from '../../../test/lab/sample-runs/sample-runs.ts';
import { type Figure, median, ratio } from '../figure.ts';
import { getOk } from '../http.ts';
import { measureRounds } from '../rounds.ts';
import { startRunicorn } from '../runicorn.ts';
import type { Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';
import { openTunnel } from '../tunnel.ts';

const SLOW = { keyExchange: 'usual', relay: { delayMs: 25, bitsPerSecond: 1_000_000 } } as const;

/** What compression by ssh (-C) brings to Runicorn's answers: over 1 Mbit/s, and over loopback. */
export const slow: Topic = {
  name: 'slow',
  measure: async (stage) => {
    const venv = await stage.venv('runicorn-newest');
    const directory = await stage.directory('viewer');
    const storage = await stage.directory('experiments');
    const [run] = await makeSampleRuns({ python: venv.python, storage });
    const viewer = await startRunicorn({ venv, storage, directory });
    try {
      if (viewer.endpoint.kind !== 'socket') throw new Error('Runicorn does not serve its socket.');
      const remote = viewer.endpoint.path;
      const paths = {
        chart: `/api/runs/${run?.runId}/metrics_step`,
        page: await mainScript(viewer),
      };
      const lab = await startLab(SLOW);
      try {
        return [
          ...(await compare(stage, { lab, remote, path: paths.chart, what: 'a chart, 1 Mbit/s' })),
          ...(await compare(stage, { lab, remote, path: paths.page, what: 'script, 1 Mbit/s' })),
          ...(await compare(stage, {
            ...{ lab: await stage.lab('near'), remote },
            ...{ path: paths.chart, what: 'a chart, loopback' },
          })),
          ...(await compare(stage, {
            ...{ lab: await stage.lab('near'), remote },
            ...{ path: paths.page, what: 'script, loopback' },
          })),
        ];
      } finally {
        await lab[Symbol.asyncDispose]();
      }
    } finally {
      await viewer.process.terminate();
    }
  },
};

/** The largest file that Runicorn's page cannot do without. */
const mainScript = async (viewer: Awaited<ReturnType<typeof startRunicorn>>): Promise<string> => {
  const { body } = await viewer.get('/');
  const script = /<script[^>]+src="([^"]+\.js)"/.exec(body)?.[1];
  if (script === undefined) throw new Error("Runicorn's page has no script.");
  return new URL(script, 'http://localhost/').pathname;
};

interface CompareInput {
  readonly lab: Lab;
  readonly remote: string;
  readonly path: string;
  readonly what: string;
}

const compare = async (
  stage: Stage,
  { lab, remote, path, what }: CompareInput,
): Promise<readonly Omit<Figure, 'topic'>[]> => {
  const { rounds, signal } = stage;
  const directory = await stage.directory('raw');
  const tunnel = (name: string, args: readonly string[]) =>
    openTunnel({ lab, remote, local: join(directory, name), args });
  const plain = await tunnel('plain', ['-o', 'Compression=no']);
  const packed = await tunnel('packed', ['-C']);
  let bytes = 0;
  const ask = (socketPath: string) => async () => {
    const startedMs = systemClock.monotonicMs();
    bytes = (await getOk({ place: { socketPath }, path })).bytes;
    return systemClock.monotonicMs() - startedMs;
  };
  try {
    const samples = await measureRounds({
      rounds,
      signal,
      contenders: {
        plain: ask(plain.socketPath),
        packed: ask(packed.socketPath),
        again: ask(plain.socketPath),
      },
    });
    const ms = (of: readonly number[]) => `${median(of).toFixed(1)} ms`;
    const note = `${ms(samples.packed)} to ${ms(samples.plain)}, ${(bytes / 1000).toFixed(0)} kB`;
    return [
      {
        name: `noise, ${what}: without -C to itself`,
        value: ratio(samples.again, samples.plain),
        unit: 'x',
      },
      {
        name: `${what}: with -C to without`,
        value: ratio(samples.packed, samples.plain),
        unit: 'x',
        note,
      },
    ];
  } finally {
    await plain.close();
    await packed.close();
  }
};
