/**
 * `node scripts/run.mjs picture`: the picture of the dashboard in the README, taken anew. Its pages are
 * those that are shipped, in a real Chromium, before a hub that tells the same state each time.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../test/lab/browser.ts';
import { answerAsUsual } from '../test/web/dashboard/sample-answers.ts';
import {
  sampleOpening,
  sampleSaved,
  sampleSession,
  sampleSnapshot,
} from '../test/web/dashboard/sample-state.ts';
import { serveStandIn } from '../test/web/dashboard/stand-in-hub.ts';

const FILE = join(dirname(import.meta.dirname), 'docs/dashboard.png');
/** What a README may cost those who only read it. */
const MOST_BYTES = 120 * 1024;

/** Now, for the page as well: it tells times by it. */
const now = new Date();
const state = sampleSnapshot({
  openings: [
    sampleOpening('gpu-server', { phase: { kind: 'choosing', revision: 1, refreshing: false } }),
  ],
  sessions: [
    sampleSession('lab-a100'),
    sampleSession('cluster', {
      viewer: { id: 'builtin', title: 'Bundled viewer', version: '0.1.0' },
      environment: null,
      storage: '/scratch/anna/vision',
      localPort: 8_082,
      latencyMs: 48,
    }),
    sampleSession('workstation', {
      localPort: 8_083,
      state: {
        ...{ kind: 'reconnecting', phase: 'waiting', reason: 'the network is down', attempt: 2 },
        ...{ since: new Date(now.getTime() - 40_000).toISOString(), failure: null },
      },
    }),
  ],
  saved: [sampleSaved('Vision experiments')],
});

const take = async (page: Page, url: string): Promise<void> => {
  await page.clock.setFixedTime(now);
  await page.goto(url);
  await page.getByRole('button', { name: 'gpu-server', exact: true }).click();
  await page.getByRole('table').waitFor();
  await page.getByText('128 runs').waitFor();
  await page.screenshot({ path: FILE, animations: 'disabled' });
};

await mkdir(dirname(FILE), { recursive: true });
const hub = await serveStandIn(state);
answerAsUsual(hub);
const browser = await launchBrowser({ viewport: { width: 1280, height: 720 } });
try {
  await take(await browser.context.newPage(), hub.url);
} finally {
  await browser.close();
  await hub.close();
}
const { size } = await stat(FILE);
if (size > MOST_BYTES) throw new Error(`${FILE} has ${size} bytes, ${MOST_BYTES} at most`);
console.log(`${FILE}: ${Math.round(size / 1024)} KB`);
