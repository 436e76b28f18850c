import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { at, bearer } from '../http.ts';
import type { ReadyLine } from '../json-lines.ts';
import type { ViewerBehaviour } from './behaves.ts';

/** Waits until a page says something. */
const says =
  (...texts: readonly (string | RegExp)[]) =>
  async (page: Page) => {
    for (const text of texts) await page.getByText(text).first().waitFor();
  };

/** The viewers whose packages are large: what each is known by. */
export const HEAVY_VIEWERS: readonly ViewerBehaviour[] = [
  {
    name: 'mlflow',
    viewer: 'mlflow',
    title: 'MLflow',
    serves: 'socket',
    api: {
      path: '/ajax-api/2.0/mlflow/experiments/get-by-name?experiment_name=spirals',
      holds: 'spirals',
    },
    // Its storage is a file where it is started by hand.
    byHand: {
      words: ({ storage }, port) => [
        ...['mlflow', 'server', '--backend-store-uri', `sqlite:///${storage}/mlflow.db`],
        ...['--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
      ],
      shows: ({ storage }) => join(storage, 'mlflow.db'),
    },
    shows: async (page, { url }) => {
      const found = await page.request.get(
        at(url, '/ajax-api/2.0/mlflow/experiments/get-by-name?experiment_name=spirals'),
      );
      const { experiment } = (await found.json()) as { experiment: { experiment_id: string } };
      await page.goto(at(url, `/#/experiments/${experiment.experiment_id}/runs`));
      await says('fast', 'slow')(page);
    },
  },
  {
    name: 'aim',
    viewer: 'aim',
    title: 'Aim',
    serves: 'socket',
    api: { path: '/api/experiments/', holds: 'spirals' },
    byHand: {
      words: ({ storage }, port) => [
        ...['aim', 'up', '--repo', storage, '--host', '127.0.0.1', '--port', String(port), '-y'],
      ],
    },
    shows: async (page, { url }) => {
      await page.goto(at(url, '/runs'));
      await says('spirals')(page);
    },
  },
  {
    name: 'optuna',
    viewer: 'optuna',
    title: 'Optuna Dashboard',
    serves: 'socket',
    api: { path: '/api/studies', holds: '"spirals"' },
    byHand: {
      words: ({ storage }, port) => [
        ...['optuna-dashboard', `sqlite:///${storage}/studies.db`, '--port', String(port)],
      ],
      shows: ({ storage }) => join(storage, 'studies.db'),
    },
    shows: says('spirals'),
  },
  {
    name: 'trackio',
    viewer: 'trackio',
    title: 'Trackio',
    serves: 'socket',
    api: { path: '/version', holds: /\d/ },
    byHand: {
      words: () => ['trackio', 'show', '--host', '127.0.0.1'],
      env: ({ storage }) => ({ TRACKIO_DIR: storage }),
    },
    shows: says('fast', 'loss'),
  },
  {
    name: 'jupyter',
    viewer: 'jupyter',
    title: 'Jupyter',
    serves: 'socket',
    api: { path: '/api/contents', holds: 'hello.ipynb' },
    byHand: {
      words: ({ storage }) => [
        ...['jupyter', 'lab', '--no-browser', '--allow-root', '--port=0'],
        `--ServerApp.root_dir=${storage}`,
      ],
    },
    shows: async (page, { url }) => {
      await page.goto(at(url, '/lab/tree/hello.ipynb'));
      await page.getByText('sum(range(10))').first().waitFor();
      // JupyterLab takes a cell that is run before its kernel is there for done.
      await page.getByText(/ipykernel\) \| Idle/).waitFor();
      await page.locator('.jp-Notebook .jp-CodeCell').first().click();
      await page.keyboard.press('Shift+Enter');
      await page.locator('.jp-OutputArea-output', { hasText: 'sum 45 True' }).first().waitFor();
    },
    also: runCell,
  },
  {
    name: 'streamlit',
    viewer: 'streamlit',
    title: 'Streamlit',
    serves: 'socket',
    storage: ({ storage }) => join(storage, 'app.py'),
    api: { path: '/_stcore/health', holds: 'ok' },
    byHand: {
      words: ({ storage }, port) => [
        ...['streamlit', 'run', join(storage, 'app.py'), '--server.headless=true'],
        ...['--server.address=127.0.0.1', `--server.port=${port}`],
        '--browser.gatherUsageStats=false',
      ],
    },
    shows: async (page) => {
      await says('Spirals', /twice the rate is/)(page);
      for (const part of ['stSlider', 'stVegaLiteChart']) await page.getByTestId(part).waitFor();
    },
  },
  {
    name: 'marimo',
    viewer: 'marimo',
    title: 'marimo',
    serves: 'socket',
    storage: ({ storage }) => join(storage, 'spirals.py'),
    api: { path: '/health', holds: 'healthy' },
    byHand: {
      words: ({ storage }, port) => [
        ...['marimo', 'edit', join(storage, 'spirals.py'), '--headless', '--no-token'],
        ...['--host', '127.0.0.1', '--port', String(port)],
      ],
    },
    shows: async (page) => {
      await page.getByText('sum(range(10))').first().waitFor();
      await page.locator('[data-testid="run-button"], #run-button').first().click();
      await page.getByText('45', { exact: true }).first().waitFor();
    },
  },
];

/** Starts a kernel by the API and runs a cell over its WebSocket, both through the gateway. */
async function runCell({ url }: ReadyLine): Promise<void> {
  const headers = bearer(url);
  const started = await fetch(at(url, '/api/kernels'), { method: 'POST', headers });
  expect(started.status).toBe(201);
  const { id } = (await started.json()) as { id: string };
  const address = at(url, `/api/kernels/${id}/channels`).replace('http', 'ws');
  const socket = new WebSocket(address, { headers, origin: new URL(url).origin });
  try {
    const answer = new Promise<string>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (data) => {
        const { header, content } = JSON.parse(String(data));
        if (header.msg_type === 'stream') resolve(content.text);
        if (header.msg_type === 'error') reject(new Error(content.evalue));
      });
    });
    await new Promise((resolve) => socket.once('open', resolve));
    const header = { msg_id: 'm-1', msg_type: 'execute_request', session: 's', username: '' };
    const content = { code: 'print(6 * 7)', silent: false };
    const message = { header, parent_header: {}, metadata: {}, content, channel: 'shell' };
    socket.send(JSON.stringify(message));
    expect(await answer).toBe('42\n');
  } finally {
    socket.close();
  }
}

/** The one of that name. @throws Error where there is none */
export const heavyViewer = (name: string): ViewerBehaviour => {
  const found = HEAVY_VIEWERS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no viewer ${name}.`);
  return found;
};
