import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip } from '../../lab/have-or-skip.ts';
import { seriousFindings, watchComplaints } from '../page-checks.ts';
import { writeRun } from './sample-storage.ts';
import { type ServedViewer, serveViewer } from './serve-viewer.ts';

let directory = '';
let browser: Browser | undefined;

beforeAll(async () => {
  if (!CHROMIUM.have()) return;
  directory = await mkdtemp(join(tmpdir(), 'porthole-web-'));
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
});
afterAll(async () => {
  await browser?.close();
  if (directory !== '') await rm(directory, { recursive: true, force: true });
});
beforeEach((context) => haveOrSkip(context, CHROMIUM));

/** Opens the viewer of a storage, and closes both at the end. */
const withViewer = async (
  storage: string,
  work: (page: Page, viewer: ServedViewer) => Promise<void>,
): Promise<void> => {
  if (browser === undefined) throw new Error('There is no browser');
  const viewer = await serveViewer({ storage });
  const page = await browser.context.newPage();
  try {
    await page.goto(viewer.url);
    await work(page, viewer);
  } finally {
    await page.close();
    await viewer.close();
  }
};

describe('where there is nothing to show', () => {
  test('an empty storage says so, and shows the first run as soon as it is there', async () => {
    const storage = join(directory, 'empty');
    await mkdir(join(storage, 'runs'), { recursive: true });
    await withViewer(storage, async (page) => {
      const complaints = watchComplaints(page);
      await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await writeRun(storage, { path: 'first', id: '20260101_000000_abcdef', alias: 'the first' });
      await page.getByRole('link', { name: 'the first' }).waitFor();
      complaints.expectNone();
    });
  });

  test('a directory that holds no experiments says what it looked for and what is near', async () => {
    const near = join(directory, 'near');
    const storage = await writeRun(near, { path: 'there', id: '20260101_000000_abcdef' });
    await withViewer(storage, async (page) => {
      await page.getByRole('heading', { name: 'This directory holds no experiments' }).waitFor();
      await page.getByText('neither runs/').waitFor();
      await page
        .getByRole('listitem')
        .filter({ hasText: near })
        .filter({ hasText: '1 run' })
        .waitFor();
    });
  });

  test('what is left out of a storage is named beside the number of its runs', async () => {
    const storage = join(directory, 'links');
    await writeRun(storage, { path: 'here', id: '20260101_000000_abcdef', alias: 'the one' });
    await symlink(directory, join(storage, 'runs', 'away'));
    await withViewer(storage, async (page) => {
      await page.getByRole('link', { name: 'the one' }).waitFor();
      await page.getByRole('button', { name: 'What is not shown' }).click();
      await page.getByText('runs/away is a link that leads outside the storage').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    });
  });

  test('a directory that does not exist says so', async () => {
    await withViewer(join(directory, 'missing'), async (page) => {
      await page.getByRole('heading', { name: 'This directory does not exist' }).waitFor();
    });
  });

  test('a place that is none offers the way back, and a filter that finds nothing its end', async () => {
    const storage = join(directory, 'one');
    await writeRun(storage, { path: 'there', id: '20260101_000000_abcdef', alias: 'the one' });
    await withViewer(storage, async (page, viewer) => {
      await page.goto(`${viewer.url}#/elsewhere`);
      await page.getByRole('link', { name: 'All runs' }).click();
      await page.getByRole('link', { name: 'the one' }).waitFor();
      await page.getByRole('combobox', { name: 'Filter runs' }).fill('status = lost');
      await page.getByRole('heading', { name: 'No run matches' }).waitFor();
      await page.getByRole('button', { name: 'Clear the filter' }).last().click();
      await page.getByRole('link', { name: 'the one' }).waitFor();
    });
  });

  test('nothing may be changed where the server was not told that people may', async () => {
    const storage = join(directory, 'one');
    await withViewer(storage, async (page) => {
      const row = page.getByRole('row').filter({ hasText: 'the one' });
      await row.getByRole('checkbox').click();
      await page.getByText('1 run selected').waitFor();
      await page.getByRole('link', { name: 'Compare' }).waitFor();
      for (const name of ['Name and tags', 'Delete']) {
        expect(await page.getByRole('button', { name }).count()).toBe(0);
      }
    });
  });

  test('a server that does not answer yet is waited for', async () => {
    const storage = join(directory, 'one');
    await withViewer(storage, async (page, viewer) => {
      await page.getByRole('link', { name: 'the one' }).waitFor();
      viewer.cut();
      await page.reload();
      await page.getByText('Reconnecting to lab').first().waitFor();
      expect(await page.getByText('0 runs').count()).toBe(0);
      viewer.mend();
      await page.getByRole('link', { name: 'the one' }).waitFor();
    });
  });

  test('the end of porthole is told, and what is shown stays', async () => {
    const storage = join(directory, 'one');
    await withViewer(storage, async (page, viewer) => {
      await page.getByRole('link', { name: 'the one' }).waitFor();
      await viewer.leave();
      await page.getByText('porthole is no longer running here').waitFor();
      expect(await page.getByRole('link', { name: 'the one' }).isVisible()).toBe(true);
    });
  });
});
