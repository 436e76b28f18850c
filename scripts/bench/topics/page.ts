import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { type Browser, launchBrowser } from '../../../test/lab/browser.ts';
import { labRunner } from '../../../test/lab/run.ts';
import {
  makeSampleStorage,
  startLiveStorage,
} from '../../../test/lab/sample-storage/sample-storage.ts';
import { serveViewer } from '../../../test/web/viewer/serve-viewer.ts';
import { ensureBuilt } from '../../lib/ensure-built.ts';
import { watchFirstRows } from '../browser.ts';
import { type Figure, median, ratio } from '../figure.ts';
import { openByPorthole } from '../open.ts';
import { measureRounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';

/** What a browser takes to put a page away. */
const SETTLE_MS = 500;

type Figures = readonly Omit<Figure, 'topic'>[];

/** The bundled viewer as people see it: its pages in a real Chromium that runs already. */
export const page: Topic = {
  name: 'page',
  measure: async (stage) => {
    const browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
    stage.onDispose(() => browser.close());
    return [
      ...(await measureOpen(stage, browser)),
      ...(await measureManyRuns(stage, browser)),
      ...(await measureAppended(stage, browser)),
    ];
  },
};

/** From the start of `porthole open` on a known host to rows on the screen, over the far link. */
const measureOpen = async (stage: Stage, browser: Browser): Promise<Figures> => {
  const [program, lab] = await Promise.all([ensureBuilt(), stage.lab('far')]);
  const home = await stage.directory('home');
  const storage = await stage.directory('storage');
  await makeSampleStorage({ storage, sample: true });
  const bySsh = async () => {
    const startedMs = systemClock.monotonicMs();
    const args = ['-F', lab.configFile, lab.alias, 'true'];
    const { exitCode } = await labRunner.run({ file: 'ssh', args });
    if (exitCode !== 0) throw new Error(`ssh ended with ${exitCode}.`);
    return (systemClock.monotonicMs() - startedMs) / 1000;
  };
  const byPorthole = async () => {
    const tab = await browser.context.newPage();
    const rows = await watchFirstRows(tab);
    const startedMs = systemClock.monotonicMs();
    const opened = await openByPorthole({
      ...{ program, lab, home, storage, viewer: 'builtin', healthPath: null },
    });
    const shown = rows.next();
    await tab.goto(opened.url, { waitUntil: 'commit' });
    await shown;
    const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
    await tab.close();
    await opened.close();
    return seconds;
  };
  const { rounds, signal } = stage;
  const contenders = { ssh: bySsh, rows: byPorthole };
  const { ssh, rows } = await measureRounds({ rounds, signal, contenders });
  return [
    {
      name: 'open of a known host, far, to the first rows, to a cold ssh HOST true',
      value: ratio(rows, ssh),
      unit: 'x',
      bound: { kind: 'at-most', value: 1.8 },
      note: `${median(rows).toFixed(2)} s to ${median(ssh).toFixed(2)} s`,
    },
  ];
};

/** A page that is loaded while the server has just started, and again when it has read all there is. */
const measureManyRuns = async (stage: Stage, browser: Browser): Promise<Figures> => {
  const storage = await stage.directory('storage');
  await makeSampleStorage({ storage, runs: stage.rounds === 1 ? 50 : 20_000, lines: 2 });
  const tab = await browser.context.newPage();
  const rows = await watchFirstRows(tab);
  const load = async (url: string) => {
    await tab.goto('about:blank');
    // The browser puts the page before away, which is not what is measured.
    await systemClock.sleep(SETTLE_MS, { signal: stage.signal });
    const shown = rows.next();
    await tab.goto(url, { waitUntil: 'commit' });
    const seconds = (await shown) / 1000;
    // Nobody leaves a page while it is still coming in.
    await tab.getByText(/^20 000 runs|^50 runs/).waitFor({ timeout: 180_000 });
    return seconds;
  };
  const samples = { cold: [] as number[], warm: [] as number[] };
  for (let round = 0; round < stage.rounds; round++) {
    stage.signal.throwIfAborted();
    const viewer = await serveViewer({ storage });
    try {
      // The address with the token sends the browser on to the page itself: that is what is timed.
      samples.cold.push(await load(viewer.url));
      await tab.waitForFunction(HAS_READ_ALL, undefined, { polling: 500 });
      await load(new URL('/', viewer.url).href);
      samples.warm.push(await load(new URL('/', viewer.url).href));
    } finally {
      await viewer.close();
    }
  }
  await tab.close();
  return [
    atMost('20,000 runs, first rows on the screen, cold', median(samples.cold), 's', 1),
    atMost('20,000 runs, first rows on the screen, warm', median(samples.warm) * 1000, 'ms', 150),
  ];
};

/** Metrics are read in the background once somebody has the list open. */
const HAS_READ_ALL = `fetch('api/columns').then((answer) => answer.json()).then(({ complete }) => complete)`;

/** A line that a training appends, until its value stands at the chart. */
const measureAppended = async (stage: Stage, browser: Browser): Promise<Figures> => {
  const storage = await stage.directory('storage');
  const training = await startLiveStorage({ storage, paceS: 3600 });
  const viewer = await serveViewer({ storage });
  const tab = await browser.context.newPage();
  try {
    const run = training.live.slice(storage.length + 1);
    await tab.goto(`${viewer.url}#/run/${run}`);
    await tab.locator('figure canvas').first().waitFor();
    const caption = tab.locator('figcaption', { hasText: 'train/loss' });
    let step = 1;
    const append = async () => {
      const startedMs = systemClock.monotonicMs();
      const value = 1000 + ++step;
      const data = { 'train/loss': value, global_step: step };
      const event = { ts: Date.now() / 1000, type: 'metrics', data };
      await appendFile(join(training.live, 'events.jsonl'), `${JSON.stringify(event)}\n`);
      await caption.filter({ hasText: String(value) }).waitFor();
      return (systemClock.monotonicMs() - startedMs) / 1000;
    };
    const { seconds } = await measureRounds({ ...stage, contenders: { seconds: append } });
    return [atMost('a line that is appended is on the screen', median(seconds), 's', 0.5)];
  } finally {
    await tab.close();
    await viewer.close();
    await training.stop();
  }
};

const atMost = (name: string, value: number, unit: Figure['unit'], most: number) => ({
  ...{ name, value, unit },
  bound: { kind: 'at-most', value: most } as const,
});
