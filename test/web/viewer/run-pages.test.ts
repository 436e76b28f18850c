import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at, bearer, get } from '../../e2e/http.ts';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip } from '../../lab/have-or-skip.ts';
import { type LiveStorage, startLiveStorage } from '../../lab/sample-storage/sample-storage.ts';
import { scrollsSideways, seriousFindings, watchComplaints } from '../page-checks.ts';
import { type ServedViewer, serveViewer } from './serve-viewer.ts';

let directory = '';
let training: LiveStorage;
let viewer: ServedViewer;
let browser: Browser;
let keys: readonly string[];

beforeAll(async () => {
  if (!CHROMIUM.have()) return;
  directory = await mkdtemp(join(tmpdir(), 'porthole-run-pages-'));
  const storage = join(directory, 'storage');
  training = await startLiveStorage({ storage, sample: true, long: 5_000, paceS: 0.2 });
  await writeDriver(join(directory, 'nvidia-smi'), training.pid);
  viewer = await serveViewer({ storage, programs: directory });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  const runs = await get(at(viewer.url, '/api/runs'), bearer(viewer.url));
  keys = (JSON.parse(runs.body) as { columns: { run: string[] } }).columns.run;
});
afterAll(async () => {
  await browser?.close();
  await viewer?.close();
  await training?.stop();
  if (directory !== '') await rm(directory, { recursive: true, force: true });
});
beforeEach((context) => haveOrSkip(context, CHROMIUM));

/** Stands for NVIDIA's own: one GPU, with the training on it. */
const writeDriver = (path: string, pid: number): Promise<void> =>
  writeFile(
    path,
    [
      '#!/bin/sh',
      'case $1 in',
      '*query-gpu*) echo "0, NVIDIA A100, GPU-1, 87, 40, 40960, 30720, 61, 250, 400, [N/A]";;',
      `*) echo "GPU-1, ${pid}, python, 2048";;`,
      'esac',
      '',
    ].join('\n'),
    { mode: 0o755 },
  );

const keyWith = (part: string): string => keys.find((key) => key.includes(part)) ?? 'no such run';
/** A finished run with a spike, images, logs with colours, and assets. */
const rich = () => `#/run/${keyWith('a1b0c2')}`;

const visit = async (place: string): Promise<Page> => {
  const page = await browser.context.newPage();
  await page.goto(viewer.url + place);
  return page;
};

const chart = (page: Page, metric: string) =>
  page.locator('figure', { has: page.getByText(metric, { exact: true }) });

/** What a chart tells where the pointer comes to; one that is made anew under it waits for its next move. */
const readingUnderPointer = async (page: Page, metric: string): Promise<string | null> => {
  await page.mouse.move(0, 0);
  await chart(page, metric).locator('.u-over').hover();
  return chart(page, metric).locator('figcaption').textContent();
};

describe('charts', () => {
  test('zoom in step by a drag, keep it in the address, and go back by a double click', async () => {
    const page = await visit(rich());
    const plot = chart(page, 'train/loss').locator('.u-over');
    const box = await plot.boundingBox();
    if (box === null) throw new Error('The chart has no place.');
    const middle = box.y + box.height / 2;
    const asked = page.waitForRequest((request) => /series.*from=/.test(request.url()));
    await page.mouse.move(box.x + box.width * 0.25, middle);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, middle, { steps: 4 });
    await page.mouse.up();
    await asked;
    const [, from = Number.NaN, to = Number.NaN] =
      /zoom=(-?[\d.]+)\.\.(-?[\d.]+)/.exec(page.url())?.map(Number) ?? [];
    expect(from).toBeGreaterThan(100);
    expect(to).toBeLessThan(500);

    await chart(page, 'val/loss').locator('.u-over').dblclick();
    await page.waitForURL((url) => !url.href.includes('zoom'));
    await page.close();
  });

  test('are read and zoomed by keys alone, which the dialog of keys tells', async () => {
    const page = await visit(rich());
    for (const metric of ['train/loss', 'train/lr']) {
      await chart(page, metric).locator('canvas').waitFor();
    }
    const step = (metric: string) => chart(page, metric).getByText(/^step \d+$/);
    for (const _ of '123') await page.keyboard.press('.');
    const further = Number((await step('train/loss').textContent())?.slice(5));
    await page.keyboard.press(',');
    await expect.poll(() => step('train/lr').textContent()).not.toBe(`step ${further}`);
    const asked = page.waitForRequest((request) => /series.*from=/.test(request.url()));
    await page.keyboard.press('+');
    await asked;
    await page.waitForURL(/zoom=/);
    const width = () => {
      const [, from, to] = /zoom=(-?[\d.]+)\.\.(-?[\d.]+)/.exec(page.url()) ?? [];
      return Number(to) - Number(from);
    };
    const before = width();
    await page.keyboard.press('-');
    await expect.poll(width).toBeCloseTo(2 * before, 3);
    await page.keyboard.press('0');
    await page.waitForURL((url) => !url.href.includes('zoom'));
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).getByText('Zoom out').waitFor();
    await page.close();
  });

  test('are zoomed by a finger that goes sideways, and leave the others to the page', async () => {
    const page = await browser.context.newPage();
    await page.setViewportSize({ width: 375, height: 760 });
    await page.goto(viewer.url + rich());
    const plot = chart(page, 'train/loss').locator('.u-over');
    const box = await plot.boundingBox();
    if (box === null) throw new Error('The chart has no place.');
    expect(await plot.evaluate((one) => getComputedStyle(one).touchAction)).toContain('pan-y');
    const hand = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number) =>
      hand.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: x === undefined ? [] : [{ x: box.x + x, y: box.y + box.height / 2 }],
      });
    await hand.send('Emulation.setTouchEmulationEnabled', { enabled: true });
    await touch('touchStart', 60);
    for (const x of [80, 110, 140, 180]) await touch('touchMove', x);
    await touch('touchEnd');
    await page.waitForURL(/zoom=/);
    await page.close();
  });

  test('tell all their values at the step under the pointer', async () => {
    const page = await visit(rich());
    await chart(page, 'train/loss').locator('.u-over').hover();
    await chart(page, 'val/loss')
      .getByText(/^step 3\d\d$/)
      .waitFor();
    await page.close();
  });

  test('grow with a training, without a reload', async () => {
    const page = await visit(`#/run/${keyWith('11fe00')}`);
    const reading = chart(page, 'train/loss').locator('figcaption');
    await chart(page, 'train/loss').locator('canvas').waitFor();
    const before = await reading.textContent();
    await expect.poll(() => reading.textContent(), { timeout: 60_000 }).not.toBe(before);
    await page.close();
  });

  test('say NaN where the last value is none, not the number before it, and mark it at their foot', async () => {
    const page = await visit(`#/run/${keyWith('dead00')}`);
    const loss = chart(page, 'loss');
    await loss.getByText('NaN', { exact: true }).waitFor();
    const box = await loss.locator('.u-over').boundingBox();
    const frame = await loss.locator('canvas').boundingBox();
    if (box === null || frame === null) throw new Error('The chart has no place.');
    // The last quarter has no number; nothing but the marks has a colour there.
    const place = {
      left: box.x - frame.x + box.width * 0.8,
      top: box.y - frame.y + box.height - 8,
      width: box.width * 0.19,
    };
    const isColoured = () =>
      loss.locator('canvas').evaluate((canvas, { left, top, width }) => {
        const scale = devicePixelRatio;
        const { data } = (canvas as HTMLCanvasElement)
          .getContext('2d')
          ?.getImageData(left * scale, top * scale, width * scale, 7 * scale) ?? { data: [] };
        return data.some((_, i) => {
          const pixel = data.slice(i, i + 3);
          return i % 4 === 0 && Math.max(...pixel) - Math.min(...pixel) > 80;
        });
      }, place);
    await expect.poll(isColoured).toBe(true);
    await page.close();
  });

  test('are made only near the window', async () => {
    const page = await visit(`#/run/${keyWith('10a6e0')}`);
    const figures = page.locator('figure');
    await figures.first().locator('canvas').waitFor();
    expect(await figures.count()).toBe(10);
    expect(await figures.last().locator('canvas').count()).toBe(0);
    await figures.last().scrollIntoViewIfNeeded();
    await figures.last().locator('canvas').waitFor();
    await page.close();
  });

  test('have the epoch for their axis, and leave outliers outside, as the address says', async () => {
    const page = await visit(rich());
    const loss = chart(page, 'train/loss');
    await loss.locator('canvas').waitFor();
    const asked = page.waitForResponse((answer) => /series.*x=epoch/.test(answer.url()));
    await page.getByText('Epoch', { exact: true }).click();
    const { series } = (await (await asked).json()) as { series: readonly { x: number[] }[] };
    expect(series[0]?.x.at(-1)).toBe(60);

    const picture = () =>
      loss.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    await expect.poll(() => readingUnderPointer(page, 'train/loss')).toMatch(/epoch \d\d/);
    await page.mouse.move(0, 0);
    const whole = await picture();
    await page.getByRole('button', { name: 'Axes' }).click();
    await page.getByRole('checkbox', { name: 'Leave outliers outside' }).click();
    await expect.poll(picture).not.toBe(whole);
    expect(page.url()).toMatch(/x=epoch.*clip=|clip=.*x=epoch/);
    await page.close();
  });

  test('are as smooth, and on such axes, as the toolbar and the address say', async () => {
    const page = await visit(rich());
    const loss = chart(page, 'train/loss');
    const picture = () =>
      loss.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const changesPicture = async (act: () => Promise<void>, sign: RegExp) => {
      const before = await picture();
      await act();
      await expect.poll(picture).not.toBe(before);
      expect(page.url()).toMatch(sign);
    };
    await loss.locator('canvas').waitFor();
    await changesPicture(
      () => page.getByRole('slider', { name: 'Smoothing' }).press('End'),
      /smooth=0\.99/,
    );
    for (const [axis, value] of [
      ['relative', /\d+ (s|min)\b/],
      ['wall', /\d\d:\d\d/],
    ] as const) {
      const asked = page.waitForResponse((answer) => answer.url().includes(`x=${axis}`));
      await page.getByText(axis === 'wall' ? 'Time' : 'Relative', { exact: true }).click();
      await asked;
      await expect.poll(() => readingUnderPointer(page, 'train/loss')).toMatch(value);
      await page.mouse.move(0, 0);
    }
    await page.getByText('Step', { exact: true }).click();
    await page.getByRole('button', { name: 'Axes' }).click();
    for (const axis of ['y', 'x']) {
      const box = page.getByRole('checkbox', { name: `Logarithmic ${axis}` });
      await changesPicture(() => box.click(), new RegExp(`log${axis}=1`));
    }
    await page.close();
  });

  test('of several runs lie over each other, each to be hidden, with what differs in their configs', async () => {
    const runs = ['a1b0c0', 'a1b0c1'].map((part) => `run=${encodeURIComponent(keyWith(part))}`);
    const page = await visit(`#/compare?${runs.join('&')}`);
    const values = chart(page, 'train/loss').locator('figcaption [data-color]');
    await values.nth(1).waitFor();
    await page.getByRole('cell', { name: '0.03' }).waitFor();
    await page.getByRole('checkbox', { name: 'Show resnet-lr0.03' }).click();
    await expect.poll(() => values.count()).toBe(0);
    expect(page.url()).toContain('hide=');
    await page.close();
  });

  test('of many runs tell how many values they leave out, and all of them by name when large', async () => {
    const runs = ['babe00', 'c0ffee', 'dead00', '0501d0', '0501d1'].map(
      (part) => `run=${encodeURIComponent(keyWith(part))}`,
    );
    const page = await visit(`#/compare?${runs.join('&')}`);
    const reading = chart(page, 'loss').locator('figcaption');
    await reading.getByText('+1', { exact: true }).waitFor();
    expect(await reading.locator('[data-color]').count()).toBe(4);
    await page.getByRole('button', { name: 'Make loss larger' }).click();
    await reading.getByText('too hot', { exact: true }).waitFor();
    expect(await reading.locator('[data-color]').count()).toBe(5);
    await page.close();
  });

  test('are saved as a picture and as CSV', async () => {
    const page = await visit(rich());
    for (const [item, name] of [
      ['As CSV', 'train_loss.csv'],
      ['As PNG', 'train_loss.png'],
    ] as const) {
      await chart(page, 'train/loss').locator('canvas').waitFor();
      await page.getByRole('button', { name: 'Save train/loss' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: item }).click();
      expect((await download).suggestedFilename()).toBe(name);
    }
    await page.close();
  });
});

describe('logs', () => {
  test('have their colours, and are found in', async () => {
    const page = await visit(`${rich()}?tab=logs`);
    await page.locator('[data-color="2"]').first().waitFor();
    await page.getByRole('textbox', { name: 'Find in the log' }).fill('accuracy');
    await page.getByText(/^1 of \d+ lines/).waitFor();
    await page.getByRole('textbox', { name: 'Find in the log' }).press('Enter');
    await page.getByText(/^2 of \d+ lines/).waitFor();
    await page.close();
  });

  test('are gone through by line, and downloaded', async () => {
    const page = await visit(`${rich()}?tab=logs`);
    const row = page.getByRole('log').getByText('17', { exact: true });
    await page.getByRole('log').getByText('120', { exact: true }).waitFor();
    const line = page.getByRole('textbox', { name: 'Go to line' });
    await line.fill('17');
    await line.press('Enter');
    await row.waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toBe('logs.txt');
    await page.close();
  });

  test('follow what is printed', async () => {
    const page = await visit(`#/run/${keyWith('11fe00')}?tab=logs`);
    const last = page.getByRole('log').locator('code').last();
    const before = await last.textContent();
    await expect.poll(() => last.textContent(), { timeout: 60_000 }).not.toBe(before);
    await page.close();
  });
});

test('images have a slider over their steps', async () => {
  const page = await visit(`${rich()}?tab=media`);
  const slider = page.getByRole('slider', { name: 'Step of samples' });
  const image = page.locator('figure', { has: slider }).locator('img');
  const newest = await image.getAttribute('src');
  await slider.press('Home');
  await expect.poll(() => image.getAttribute('src')).not.toBe(newest);
  await expect
    .poll(() => image.evaluate((one) => (one as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0);
  await page.close();
});

describe('every page', () => {
  const places = (): Readonly<Record<string, string>> => ({
    charts: rich(),
    overview: `${rich()}?tab=overview`,
    logs: `${rich()}?tab=logs`,
    media: `${rich()}?tab=media`,
    files: `${rich()}?tab=files`,
    compare: `#/compare?${keys
      .slice(0, 3)
      .map((key) => `run=${encodeURIComponent(key)}`)
      .join('&')}`,
    artifacts: '#/artifacts',
    artifact: '#/artifacts/model/wav2vec',
    system: '#/system',
  });
  /** What is there once a page has its data. */
  const READY = 'figure canvas, dl, [role="log"] code, figure img, section, ul a, [role="alert"]';

  test.each(['light-1440', 'dark-375'])('keeps nobody out and fits, %s', async (look) => {
    const [colorScheme, width] = look.split('-') as ['light' | 'dark', string];
    const own = await launchBrowser({
      viewport: { width: Number(width), height: 800 },
      colorScheme,
    });
    try {
      const page = await own.context.newPage();
      const complaints = watchComplaints(page);
      for (const [name, place] of Object.entries(places())) {
        await page.goto(viewer.url + place);
        await page.locator(READY).first().waitFor({ state: 'attached' });
        expect.soft(await seriousFindings(page), name).toEqual([]);
        expect.soft(await scrollsSideways(page), name).toBe(false);
      }
      complaints.expectNone();
    } finally {
      await own.close();
    }
  });
});

test('of many stages the last ones are told, and the others when asked for', async () => {
  const page = await visit(`${rich()}?tab=overview`);
  const stages = page.locator('section', { has: page.getByRole('heading', { name: 'Stages' }) });
  await stages.getByText('600 – 600').waitFor();
  expect(await stages.locator('li').count()).toBe(10);
  await stages.getByRole('button', { name: /^\d+ stages before these/ }).click();
  await stages.getByText('1 – 10', { exact: true }).waitFor();
  expect(await stages.locator('li').count()).toBeGreaterThan(100);
  await page.close();
});

test('the head of a run says its status in a whole word, on the line of the others', async () => {
  const page = await visit(rich());
  const word = page.getByText('finished', { exact: true });
  const { isWhole, bottom } = await word.evaluate((element) => ({
    isWhole: element.scrollWidth <= element.clientWidth,
    bottom: element.getBoundingClientRect().bottom,
  }));
  expect(isWhole).toBe(true);
  const duration = await page.getByText('Duration', { exact: true }).boundingBox();
  expect(Math.abs(bottom - ((duration?.y ?? 0) + (duration?.height ?? 0)))).toBeLessThan(4);
  await page.close();
});

test('the head of a run tells its status, and why it is that', async () => {
  const page = await visit(`#/run/${keyWith('c0ffee')}`);
  const head = page.locator('header', { has: page.getByRole('heading', { level: 1 }) });
  await head.getByText('stale').waitFor();
  await head.getByText(/Nothing was written/).waitFor();
  await page.close();
});

test('what cannot be read of a run is told on all of its pages', async () => {
  await writeFile(join(directory, 'storage', keyWith('babe00'), 'environment.json'), '{"half');
  const page = await visit(`#/run/${keyWith('babe00')}`);
  await page.locator('header').getByText('environment.json is not valid JSON').waitFor();
  await page.close();
});

test('an overview tells config, results, metadata and environment', async () => {
  const file = join(directory, 'storage', keyWith('a1b0c2'), 'environment.json');
  await writeFile(file, JSON.stringify({ git_info: { branch: 'wide-nets' } }));
  const page = await visit(`${rich()}?tab=overview`);
  const pair = (title: string, name: string) =>
    page
      .locator('section', { has: page.getByRole('heading', { name: title, exact: true }) })
      .locator('div', { has: page.getByText(name, { exact: true }) })
      .locator('dd');
  await pair('Environment', 'git_info.branch').getByText('wide-nets').waitFor();
  await pair('Config', 'optimizer.momentum').getByText('0.9').waitFor();
  await pair('Summary', 'best_metric_step').getByText('590').waitFor();
  await pair('Metadata', 'workspace_root').waitFor();
  await page.close();
});

test('what a run was given and what it left is downloaded', async () => {
  const page = await visit(`${rich()}?tab=files`);
  const card = (title: string) =>
    page.locator('section', { has: page.getByRole('heading', { name: title, exact: true }) });
  for (const [title, name] of [
    ['Code', /\.zip$/],
    ['Datasets', /^cifar10\.zip$/],
    ['Outputs', /^model\.pt$/],
  ] as const) {
    const download = page.waitForEvent('download');
    await card(title).getByRole('link', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toMatch(name);
  }
  await card('Pretrained').getByText('not archived').waitFor();
  await card('Lineage').getByText('cifar10').waitFor();
  await page.close();
});

test('small images are shown large, pixel by pixel', async () => {
  const page = await visit(`${rich()}?tab=media`);
  const image = page.locator('img[data-small]').first();
  await image.waitFor();
  expect((await image.boundingBox())?.height).toBe(240);
  await page.close();
});

test('GPUs show whose run is on them', async () => {
  const page = await visit('#/system');
  const gpu = page.locator('section', { hasText: 'NVIDIA A100' });
  await gpu.getByText('30.0 GB of 40.0 GB').waitFor();
  await gpu.getByText('61 °C · 250 of 400 W').waitFor();
  const run = keyWith('11fe00').split('/').slice(-2).join('/');
  await gpu.getByRole('link', { name: run }).click();
  await page.waitForURL(/#\/run\/.*11fe00/);
  await page.close();
});

test('an artifact has its versions, what they hold, and where they came from', async () => {
  const page = await visit('#/artifacts');
  await page.getByRole('link', { name: /wav2vec/ }).click();
  await page.getByRole('button', { name: /^v1/ }).click();
  await page.getByRole('heading', { name: /^v1: / }).waitFor();
  await page.getByRole('link', { name: 'All as zip' }).waitFor();
  const download = page.waitForEvent('download');
  await page.locator('main ul a[download]').first().click();
  await download;
  await page.close();
});

test('the picture of a lineage begins where the artifact itself is, on a phone, too', async () => {
  const page = await browser.context.newPage();
  await page.setViewportSize({ width: 375, height: 800 });
  await page.goto(`${viewer.url}#/artifacts/model/wav2vec`);
  const own = page.locator('a[aria-current="true"]', { hasText: 'wav2vec:v3' });
  await own.waitFor();
  const box = await own.boundingBox();
  expect(box?.x).toBeGreaterThan(0);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan(375);
  await page.close();
});

test('a run that is gone is told, with a way on, and is no lost connection', async () => {
  const page = await browser.context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${viewer.url}#/run/runs/none`);
  await page.getByRole('heading', { name: 'There is no such run any more' }).waitFor();
  expect(asked.filter((path) => path.endsWith('/api/run'))).toHaveLength(1);
  expect(asked.filter((path) => path.endsWith('/api/live'))).toEqual([]);
  await page.getByRole('link', { name: 'All runs' }).waitFor();
  await page.close();
});

test('nothing is written below the storage by looking', async () => {
  const files = await readdir(join(directory, 'storage'), { recursive: true });
  expect(files.filter((name) => /porthole|\.tmp$/.test(name))).toEqual([]);
});
