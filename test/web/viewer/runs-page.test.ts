import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip } from '../../lab/have-or-skip.ts';
import { scrollsSideways, seriousFindings, watchComplaints } from '../page-checks.ts';
import { toLine, writeRun, writeSampleStorage } from './sample-storage.ts';
import { type ServedViewer, serveViewer } from './serve-viewer.ts';

let directory = '';
let storage = '';
let viewer: ServedViewer | undefined;
let browser: Browser | undefined;

beforeAll(async () => {
  if (!CHROMIUM.have()) return;
  directory = await mkdtemp(join(tmpdir(), 'porthole-web-'));
  storage = join(directory, 'storage');
  await writeSampleStorage(storage, { count: 40 });
  viewer = await serveViewer({ storage, manage: true });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
});
afterAll(async () => {
  await browser?.close();
  await viewer?.close();
  if (directory !== '') await rm(directory, { recursive: true, force: true });
});

let page: Page;
let complaints: ReturnType<typeof watchComplaints>;

beforeEach(async (context) => {
  haveOrSkip(context, CHROMIUM);
  if (browser === undefined) throw new Error('There is no browser');
  page = await browser.context.newPage();
  complaints = watchComplaints(page);
});
afterEach(async () => {
  await page.evaluate(() => localStorage.clear());
  await page.close();
});

const open = async (place = ''): Promise<void> => {
  await page.goto(`${viewer?.url}${place}`);
  await rows().first().waitFor();
};
const grid = (): Locator => page.getByRole('treegrid', { name: 'Runs' });
const rows = (): Locator => grid().locator('[role="row"][aria-selected]');
const row = (name: string): Locator => rows().filter({ hasText: name });
const filter = (): Locator => page.getByRole('combobox', { name: 'Filter runs' });
const count = (): Locator => page.locator('p[role="status"]');
const waitForCount = (text: string | RegExp): Promise<void> =>
  count().filter({ hasText: text }).waitFor();
const button = (name: string): Locator => page.getByRole('button', { name, exact: true });

/** Notes when the frame begins in which there are rows. */
const NOTE_FIRST_FRAME = `
  const observer = new MutationObserver(() => {
    if (document.querySelector('[role="row"][aria-selected]') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => { window.firstFrameMs = performance.now(); });
  });
  observer.observe(document, { childList: true, subtree: true });
`;

/** Counts the formats of the language that a page makes. */
const COUNT_FORMATS = `
  window.formats = 0;
  for (const name of ['NumberFormat', 'DateTimeFormat', 'Collator']) {
    Intl[name] = new Proxy(Intl[name], {
      construct: (format, args) => (window.formats++, new format(...args)),
    });
  }
`;

describe('the list of runs', () => {
  test('shows the newest first, with the metrics that most of them have', async () => {
    await open();
    await waitForCount('40 runs');
    const titles = ['Name', 'Status', 'Created', 'Duration', 'Best', 'loss', 'val/acc', 'Path'];
    for (const title of titles) {
      await grid().getByRole('columnheader', { name: title, exact: true }).waitFor();
    }
    const first = await rows().first().textContent();
    expect(first).toContain('baseline 1');
    expect(first).toContain('finished');
    expect(first).toContain('nlp/resnet50');
    complaints.expectNone();
  });

  test('makes only the rows near the window', async () => {
    await open();
    await waitForCount('40 runs');
    await page.setViewportSize({ width: 1440, height: 400 });
    await grid().evaluate((element) => element.scrollTo(0, 0));
    await expect.poll(() => rows().count()).toBeLessThan(35);
    await grid().press('End');
    await row('gpu1').last().waitFor();
    expect(await grid().getAttribute('aria-rowcount')).toBe('41');
  });

  test('shows the first of many rows before it asks for the rest', async () => {
    const many = join(directory, 'many');
    await writeSampleStorage(many, { count: 140 });
    const served = await serveViewer({ storage: many });
    try {
      await page.addInitScript(NOTE_FIRST_FRAME);
      await page.goto(served.url);
      await waitForCount(/140 runs/);
      const { frameMs, restMs } = await page.evaluate(() => ({
        frameMs: (globalThis as { firstFrameMs?: number }).firstFrameMs,
        restMs: performance
          .getEntriesByType('resource')
          .find(({ name }) => /\/api\/runs(?!.*(limit|base)=)/.test(name))?.startTime,
      }));
      expect(frameMs).toBeGreaterThan(0);
      expect(restMs).toBeGreaterThanOrEqual(frameMs ?? Number.NaN);
    } finally {
      await served.close();
    }
  });

  test('is there before the formats of the language are made, which are the charts’', async () => {
    await page.addInitScript(COUNT_FORMATS);
    await open();
    await waitForCount('40 runs');
    expect(await page.evaluate('window.formats')).toBe(0);
    await page.locator('a[href^="#/run/"]').first().click();
    await page.locator('figure canvas').first().waitFor();
    expect(await page.evaluate('window.formats')).toBeGreaterThan(0);
  });

  test('says that it loads while the first answer is on its way, and asks for it once', async () => {
    const loading = page.getByLabel('Loading runs');
    let asked = 0;
    await page.route(/api\/runs\?limit=/, async (route) => {
      asked++;
      await loading.waitFor({ state: 'attached' });
      await route.continue();
    });
    await open();
    await loading.waitFor({ state: 'detached' });
    expect(asked).toBe(1);
  });

  test('filters by conditions on settings, metrics and status, and keeps them in the address', async () => {
    await open();
    await filter().fill('lr < 0.02 and status = failed and loss.max > 0.5');
    await waitForCount('8 of 40 runs');
    expect(new URL(page.url()).hash).toContain('q=lr+%3C+0.02');
    await page.reload();
    await waitForCount('8 of 40 runs');
    expect(await filter().inputValue()).toBe('lr < 0.02 and status = failed and loss.max > 0.5');
    complaints.expectNone();
  });

  test('says what is wrong with a filter and keeps showing what was shown', async () => {
    await open();
    await filter().fill('statsu = failed');
    await page.getByRole('alert').filter({ hasText: 'did you mean status?' }).waitFor();
    await waitForCount('40 runs');
  });

  test('offers names and values while a filter is typed', async () => {
    await open();
    await waitForCount('40 runs');
    await filter().pressSequentially('opt');
    await page.getByRole('option', { name: /^optimizer/ }).waitFor();
    await filter().press('Tab');
    await filter().pressSequentially(' = li');
    await page.getByRole('option', { name: /^Lion/ }).waitFor();
    await filter().press('ArrowDown');
    await filter().press('Enter');
    expect(await filter().inputValue()).toBe('optimizer = Lion');
    await waitForCount('13 of 40 runs');
  });

  test('sorts by a metric, those without a value last, and groups by path', async () => {
    await open();
    await grid().getByRole('columnheader', { name: 'Best' }).getByRole('button').click();
    await grid().locator('[aria-sort="descending"]').filter({ hasText: 'Best' }).waitFor();
    expect(new URL(page.url()).hash).toContain('sort=-best');
    await expect.poll(() => rows().first().textContent()).toContain('0.9400');
    await button('Group').click();
    await page.getByRole('menuitemradio', { name: 'Path' }).click();
    const head = grid().locator('[role="row"][aria-expanded]').first();
    await head.filter({ hasText: 'cv/resnet50' }).waitFor();
    await head.click();
    await grid().locator('[role="row"][aria-expanded="false"]').waitFor();
  });

  test('takes columns of metrics and settings, and remembers them', async () => {
    await open();
    await button('Columns').click();
    const dialog = page.getByRole('dialog', { name: 'Columns' });
    await dialog.getByLabel('Value of a metric').selectOption('min');
    await dialog.getByLabel('Find a column', { exact: true }).fill('loss');
    await dialog.getByRole('button', { name: /^loss/ }).click();
    await dialog.getByLabel('Find a column', { exact: true }).fill('optimizer');
    await dialog.getByRole('button', { name: /^optimizer/ }).click();
    await dialog.getByRole('button', { name: 'Remove Status' }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await row('baseline 1').filter({ hasText: 'AdamW' }).waitFor();
    await page.goto('about:blank');
    await open();
    await grid().getByRole('columnheader', { name: 'loss min' }).waitFor();
    expect(await grid().getByRole('columnheader', { name: 'Status' }).count()).toBe(0);
    complaints.expectNone();
  });

  test('narrows to a path, and tells how much of the disk each takes', async () => {
    await open();
    await page.getByRole('treeitem', { name: /^nlp/ }).click();
    await waitForCount('14 runs');
    expect(new URL(page.url()).hash).toContain('path=nlp');
    await page.getByText('Disk use').click();
    const sizes = await Promise.all(
      ['All runs', 'cv', 'nlp'].map(async (name) => {
        const line = page.getByRole('treeitem', { name: new RegExp(`^${name}.* KB`) });
        await page.getByText('Still counting').waitFor({ state: 'detached' });
        return Number(/([\d.]+) KB/.exec((await line.textContent()) ?? '')?.[1]);
      }),
    );
    const [all = 0, cv = 0, nlp = 0] = sizes;
    expect(nlp).toBeGreaterThan(0);
    expect(Math.abs(all - cv - nlp)).toBeLessThan(2);
    await page.getByText('Free on this disk').waitFor();
  });
});

describe('the keyboard', () => {
  test('reaches filter, table, selection and a run without a mouse', async () => {
    await open();
    await waitForCount('40 runs');
    await page.keyboard.press('/');
    await page.keyboard.type('resnet50');
    await waitForCount('10 of 40 runs');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('2 runs selected').waitFor();
    const link = page.getByRole('link', { name: 'Compare' });
    expect(await link.getAttribute('href')).toMatch(/^#\/compare\?run=runs%2F.*&run=runs%2F/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/run\/runs\/cv\//);
  });

  test('is explained by its own dialog, which Escape closes', async () => {
    await open();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard' });
    await dialog.getByText('Filter runs').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});

describe('a live storage', () => {
  test('shows a new run and its progress without a reload, and after a lost connection', async () => {
    await open();
    await waitForCount('40 runs');
    const now = Date.now() / 1000;
    const id = '20991231_235959_abcdef';
    const made = { path: 'live', id, status: 'running', pid: process.pid, createdAt: now };
    const run = await writeRun(storage, { ...made, metrics: [{ loss: 0.75 }] });
    try {
      await row(id.slice(0, 15))
        .filter({ hasText: 'running' })
        .filter({ hasText: '0.7500' })
        .waitFor();
      viewer?.cut();
      const banner = page.getByText('Reconnecting to lab');
      await banner.waitFor();
      await page.getByText('the network is down').waitFor();
      await appendFile(join(run, 'events.jsonl'), toLine(now)({ loss: 0.125 }, 1));
      viewer?.mend();
      await row(id.slice(0, 15)).filter({ hasText: '0.1250' }).waitFor();
      await banner.waitFor({ state: 'detached' });
    } finally {
      await rm(run, { recursive: true });
    }
    await waitForCount('40 runs');
  });

  test('is text, whatever it holds', async () => {
    const evil = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>';
    const id = '20991231_235959_eeeeee';
    const config = { [evil]: evil };
    const made = { path: 'evil', id, alias: evil, tags: [evil], status: evil, host: evil, config };
    const run = await writeRun(storage, made);
    try {
      await open();
      await row(evil).waitFor();
      await filter().fill('img');
      await button('Group').click();
      await page.getByRole('menuitemradio', { name: evil }).click();
      await grid().locator('[role="row"][aria-expanded]').filter({ hasText: evil }).waitFor();
      expect(await page.evaluate(() => 'evil' in window)).toBe(false);
      expect(await page.locator('img').count()).toBe(0);
      complaints.expectNone();
    } finally {
      await rm(run, { recursive: true });
    }
  });
});

describe('where runs may be changed', () => {
  test('names and tags are set, runs go to the bin and come back', async () => {
    const id = '20991231_235959_cccccc';
    const run = await writeRun(storage, { path: 'mine', id });
    try {
      await open('#/runs?path=mine');
      await row(id.slice(0, 15)).getByRole('checkbox').click();
      await button('Name and tags').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name', { exact: true }).fill('my best one');
      await dialog.getByLabel('Add a tag').fill('golden');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await row('my best one').filter({ hasText: 'golden' }).waitFor();

      await button('Delete').click();
      await page
        .getByText(/^The files stay on the server( \([1-9][\d.]* \w+\))?, marked/)
        .waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Move to the bin' }).click();
      await page.getByText('1 run moved to the bin').waitFor();
      await page.getByText('No runs at mine').waitFor();
      await button('Undo').click();
      await row('my best one').getByRole('checkbox').click();
      await button('Delete').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Move to the bin' }).click();
      await page.getByRole('button', { name: /^Bin/ }).click();
      await row('my best one').getByRole('checkbox').click();
      await button('Restore').click();
      await page.getByText('The bin is empty').waitFor();
      complaints.expectNone();
    } finally {
      await rm(run, { recursive: true });
    }
  });
});

describe('the page of a run', () => {
  test('is gone through by keys, and lets its name and tags be changed', async () => {
    const id = '20991231_235959_dddddd';
    const run = await writeRun(storage, { path: 'mine', id });
    try {
      await page.goto(`${viewer?.url}#/run/runs/mine/${id}`);
      await page.getByRole('heading', { level: 1, name: id }).waitFor();
      await page.keyboard.press('2');
      await page.getByRole('heading', { name: 'Metadata' }).waitFor();
      await button('Change name and tags').press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name', { exact: true }).fill('seen from inside');
      await dialog.getByLabel('Add a tag').fill('golden');
      await dialog.getByLabel('Add a tag').press('Enter');
      await dialog.getByRole('button', { name: 'Save' }).press('Enter');
      await page.getByRole('heading', { level: 1, name: 'seen from inside' }).waitFor();
      await page.locator('header').getByText('golden').waitFor();
      complaints.expectNone();
    } finally {
      await rm(run, { recursive: true });
    }
  });
});

describe('on every screen', () => {
  test.each([
    ['light', 1440],
    ['light', 375],
    ['dark', 1440],
    ['dark', 375],
  ] as const)('in %s at %i pixels keeps nobody out and fits', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    await open('#/runs?group=status');
    await rows().first().getByRole('checkbox').click();
    await page.getByText('1 run selected').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    await button('Columns').click();
    await page.getByRole('dialog', { name: 'Columns' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    complaints.expectNone();
  });

  test('wears the theme that was chosen, also the next time', async () => {
    await open();
    const ground = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await button('Theme').click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await expect.poll(ground).not.toBe(light);
    const dark = await ground();
    await page.reload();
    await rows().first().waitFor();
    expect(await ground()).toBe(dark);
  });
});
