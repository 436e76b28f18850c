import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, test } from 'vitest';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip } from '../../lab/have-or-skip.ts';
import { watchComplaints } from '../page-checks.ts';
import { writeRun } from './sample-storage.ts';
import { type ServedViewer, serveViewer } from './serve-viewer.ts';

const LINES = 1_100_000;
/** A needle in every so many lines. */
const EVERY = 1_000;

let directory = '';
let viewer: ServedViewer;
let browser: Browser;
let place = '';

beforeEach(async (context) => {
  haveOrSkip(context, CHROMIUM);
  directory = await mkdtemp(join(tmpdir(), 'porthole-big-log-'));
  const storage = join(directory, 'storage');
  const run = await writeRun(storage, { path: 'a/b', id: '20260101_101010_abcdef' });
  await pipeline(Readable.from(blocks()), createWriteStream(join(run, 'logs.txt')));
  place = `#/run/${relative(storage, run)}?tab=logs`;
  viewer = await serveViewer({ storage });
  browser = await launchBrowser({ viewport: { width: 1200, height: 800 } });
});
afterEach(async () => {
  await browser?.close();
  await viewer?.close();
  await rm(directory, { recursive: true, force: true });
});

/** 110 MB of lines. */
function* blocks(): Generator<string> {
  const filler = `${'haystack '.repeat(11)}\n`;
  const block = `${filler.repeat(EVERY - 1)}the needle ${'.'.repeat(80)}\n`;
  for (let line = 0; line < LINES; line += EVERY) yield block;
}

test('a log of more than 100 MB is searched whole, and shows its first hit and its last', async () => {
  const page = await browser.context.newPage();
  const complaints = watchComplaints(page);
  await page.goto(viewer.url + place);
  await page.getByText('1 100 000 lines, 10', { exact: false }).waitFor();
  const field = page.getByRole('textbox', { name: 'Find in the log' });
  await field.fill('NEEDLE');
  await page.getByText('1 of 1 100 lines').waitFor();
  await page.getByRole('log').getByText('the needle').first().waitFor();
  // Back from the first one is the last one, wherever that is.
  await field.press('Shift+Enter');
  await page.getByText('1 100 of 1 100 lines').waitFor();
  await page.getByRole('log').getByText(String(LINES), { exact: true }).waitFor();
  await field.press('Enter');
  await page.getByText('1 of 1 100 lines').waitFor();

  await field.fill('no such thing');
  await page.getByText('not found').waitFor();
  complaints.expectNone();
  await page.close();
});
