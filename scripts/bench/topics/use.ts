import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { makeSampleRuns } from '../../../test/lab/sample-runs/sample-runs.ts';
import { watchCpu } from '../cpu.ts';
import { median } from '../figure.ts';
import { getOk, keepAlive } from '../http.ts';
import { type OpenViewer, openByPorthole } from '../open.ts';
import type { Topic } from '../topic.ts';
import { ownProcesses } from '../tunnel.ts';

const CHARTS_PER_SECOND = 10;

/** A page that polls ten charts a second, with Runicorn behind it. */
export const use: Topic = {
  name: 'use',
  measure: async (stage) => {
    const { signal, watchS } = stage;
    const [program, lab, venv] = await Promise.all([
      stage.program(),
      stage.lab('near'),
      stage.venv('runicorn-newest'),
    ]);
    const home = await stage.directory('home');
    const storage = join(lab.home, 'experiments');
    const runs = await makeSampleRuns({ python: venv.python, storage });
    const opened = await openByPorthole({
      ...{ program, lab, home, viewer: 'runicorn' },
      ...{ environment: venv.directory, storage },
    });
    try {
      const poll = (seconds: number) =>
        pollCharts({ opened, runIds: runs.map(({ runId }) => runId), seconds, signal });
      // The first seconds are those of caches and compilers, not of use.
      await poll(watchS / 5);
      const { here, there } = await ownProcesses(opened.pid, lab);
      let outcome = { latenciesMs: [] as number[], bytes: 0 };
      const cost = await watchCpu({ here, hub: [opened.pid], there }, async () => {
        outcome = await poll(watchS);
      });
      const rate = outcome.bytes / 1000 / cost.here.seconds;
      const note = `${CHARTS_PER_SECOND} charts a second, ${rate.toFixed(0)} kB/s, for ${watchS} s`;
      return [
        {
          name: 'hub and ssh, of a core here',
          value: cost.here.percent,
          unit: '%',
          bound: { kind: 'at-most', value: 2 },
          note: `${note}; the hub alone ${cost.hub.percent.toFixed(2)} %`,
        },
        {
          name: 'agent and watchdog, of a core there',
          value: cost.there.percent,
          unit: '%',
          bound: { kind: 'at-most', value: 0.5 },
          note,
        },
        { name: 'a chart, p50', value: median(outcome.latenciesMs), unit: 'ms' },
      ];
    } finally {
      await opened.close();
    }
  },
};

interface PollInput {
  readonly opened: OpenViewer;
  readonly runIds: readonly string[];
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Asks for one chart after the other at an even pace, as many connections as a browser has. */
const pollCharts = async ({ opened, runIds, seconds, signal }: PollInput) => {
  const agent = keepAlive();
  const latenciesMs: number[] = [];
  const requests: Promise<void>[] = [];
  let bytes = 0;
  const ask = async (number: number) => {
    const startedMs = systemClock.monotonicMs();
    const path = `/api/runs/${runIds[number % runIds.length]}/metrics_step`;
    const { place, headers } = opened;
    bytes += (await getOk({ place, path, headers: { ...headers, ...BROWSER }, agent })).bytes;
    latenciesMs.push(systemClock.monotonicMs() - startedMs);
  };
  try {
    const startedMs = systemClock.monotonicMs();
    for (let number = 0; number < seconds * CHARTS_PER_SECOND; number++) {
      requests.push(ask(number));
      const dueMs = startedMs + ((number + 1) * 1000) / CHARTS_PER_SECOND;
      await systemClock.sleep(Math.max(0, dueMs - systemClock.monotonicMs()), { signal });
    }
    await Promise.all(requests);
  } finally {
    agent.destroy();
  }
  return { latenciesMs, bytes };
};

/** What a browser says of itself with every request of a page. */
const BROWSER = {
  accept: '*/*',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en;q=0.9',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
} as const;
