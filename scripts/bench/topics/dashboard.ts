import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { systemClock } from '../../../src/core/clock.ts';
import { launchBrowser } from '../../../test/lab/browser.ts';
import { labRunner } from '../../../test/lab/run.ts';
import { answerAsUsual } from '../../../test/web/dashboard/sample-answers.ts';
import {
  sampleHost,
  sampleSession,
  sampleSnapshot,
} from '../../../test/web/dashboard/sample-state.ts';
import { serveStandIn } from '../../../test/web/dashboard/stand-in-hub.ts';
import { ensureBuilt } from '../../lib/ensure-built.ts';
import { watchCpu } from '../cpu.ts';
import { type Figure, median } from '../figure.ts';
import { measureRounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';

type Figures = readonly Omit<Figure, 'topic'>[];

const ALIASES = 500;
const SESSIONS = 50;

/** The dashboard in a real Chromium: the hub that is shipped, and one that tells of many sessions. */
export const dashboard: Topic = {
  name: 'dashboard',
  measure: async (stage) => {
    const browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
    try {
      const page = await browser.context.newPage();
      await page.addInitScript(WATCH);
      return [...(await measureHub(stage, page)), ...(await measureMany(stage, page))];
    } finally {
      await browser.close();
    }
  },
};

/**
 * Tells in the page when it is usable: the field has the focus, and something has been painted. Both by
 * the page's own clock, from the moment at which it was asked for.
 */
const WATCH = `
window.usable = new Promise((resolve) => {
  let focused = 0, painted = 0;
  const tell = () => { if (focused && painted) resolve(Math.max(focused, painted)); };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName('first-contentful-paint')) painted = entry.startTime;
    tell();
  }).observe({ type: 'paint', buffered: true });
  addEventListener('focusin', ({ target }) => {
    if (target.getAttribute('role') === 'combobox') focused ||= performance.now();
    tell();
  });
});`;

/** From a change that the hub is asked for to its trace on the screen, the way there included. */
const CHANGE = (theme: string) => `new Promise((resolve, reject) => {
  const from = performance.now();
  new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - from));
  }).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  fetch('api/settings', {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ theme: '${theme}' }),
  }).catch(reject);
})`;

/** From a letter that is typed to the frame with the list for it. */
const TYPE = (text: string) => `new Promise((resolve) => {
  const field = document.querySelector('[role=combobox]');
  const from = performance.now();
  field.value = '${text}';
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  const look = () => document.querySelector('[role=option]')
    ? resolve(performance.now() - from)
    : requestAnimationFrame(look);
  requestAnimationFrame(look);
})`;

/** Milliseconds that an expression in the page comes to. */
const inPage = async (page: Page, expression: string): Promise<number> => {
  const ms: unknown = await page.evaluate(expression);
  if (typeof ms !== 'number') throw new Error(`The page answers ${String(ms)}`);
  return ms;
};

const usableAt = async (page: Page, url: string): Promise<number> => {
  await page.goto(url);
  return inPage(page, 'window.usable');
};

const measureHub = async (stage: Stage, page: Page): Promise<Figures> => {
  const hub = await startHub(stage);
  try {
    await page.goto(hub.url);
    const root = new URL('/', hub.url).href;
    const { usable } = await measureRounds({
      ...stage,
      contenders: { usable: () => usableAt(page, root) },
    });
    await page.getByTitle('Live', { exact: true }).waitFor();
    let theme = 'light';
    const change = () => {
      theme = theme === 'light' ? 'dark' : 'light';
      return inPage(page, CHANGE(theme));
    };
    const { told } = await measureRounds({ ...stage, contenders: { told: change } });
    const watch = async () => {
      const wait = () => systemClock.sleep(stage.watchS * 1000, { signal: stage.signal });
      return (await watchCpu({ hub: [hub.pid] }, wait)).hub.percent;
    };
    const withPage = await watch();
    await page.goto('about:blank');
    const without = await watch();
    const note = `${without.toFixed(2)} % without one, watched for ${stage.watchS} s`;
    return [
      atMost('usable after its navigation', median(usable), 'ms', 150),
      atMost('a change that the hub is asked for is on the screen', median(told), 'ms', 50),
      { ...atMost('hub with an open page, of a core', withPage, '%', 0.5), note },
    ];
  } finally {
    await hub.close();
  }
};

/** With fifty sessions and five hundred aliases. */
const measureMany = async (stage: Stage, page: Page): Promise<Figures> => {
  const sessions = Array.from({ length: SESSIONS }, (_, i) => sampleSession(`node-${i}`));
  const hub = await serveStandIn(sampleSnapshot({ sessions }));
  try {
    answerAsUsual(hub);
    const hosts = Array.from({ length: ALIASES }, (_, i) => sampleHost(`alias-${i}`));
    hub.on('GET /api/hosts', () => ({ hosts, problem: null }));
    const opened = async () => {
      const ms = await usableAt(page, hub.url);
      await page.getByText(`node-${SESSIONS - 1}`, { exact: true }).waitFor();
      return ms;
    };
    let letters = 0;
    const typed = () => inPage(page, TYPE(['alias', 'al', 'alias-4'][letters++ % 3] ?? ''));
    const { usable } = await measureRounds({ ...stage, contenders: { usable: opened } });
    const { shown } = await measureRounds({ ...stage, contenders: { shown: typed } });
    const among = `${SESSIONS} sessions, ${ALIASES} aliases`;
    return [
      atMost(`usable after its navigation, ${among}`, median(usable), 'ms', 150),
      atMost(`a letter typed to the list of hosts, ${among}`, median(shown), 'ms', 50),
    ];
  } finally {
    await hub.close();
  }
};

/** `porthole viewer` as it is shipped, for a user with many aliases. */
const startHub = async (stage: Stage) => {
  const program = await ensureBuilt();
  const home = await stage.directory('user');
  const runtime = await stage.directory('run');
  await mkdir(join(home, '.ssh'));
  const aliases = Array.from(
    { length: ALIASES },
    (_, i) => `Host alias-${i}\n  HostName 10.0.0.1\n`,
  );
  await writeFile(join(home, '.ssh', 'config'), aliases.join(''));
  const hub = labRunner.start({
    file: process.execPath,
    args: [program, 'viewer', '--no-open'],
    env: { HOME: home, PORTHOLE_HOME: join(home, 'porthole'), XDG_RUNTIME_DIR: runtime },
  });
  for await (const line of createInterface({ input: hub.stdout })) {
    if (line.startsWith('http://')) return { url: line, pid: hub.pid ?? -1, close: hub.terminate };
  }
  throw new Error(`The dashboard did not start:\n${hub.stderr.text()}`);
};

const atMost = (name: string, value: number, unit: Figure['unit'], most: number) => ({
  ...{ name, value, unit },
  bound: { kind: 'at-most', value: most } as const,
});
