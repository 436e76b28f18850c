import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runicorn } from '../../../src/viewers/runicorn/runicorn.ts';
import { makeSampleRuns } from '../../lab/sample-runs/sample-runs.ts';
import { startViewer } from '../../lab/start-viewer.ts';
import { ensureVenv, type Venv } from '../../lab/venvs.ts';

let directory = '';
let runtime = '';
let home = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-launcher-'));
  runtime = join(directory, 'runtime');
  home = join(directory, 'home');
  await mkdir(runtime, { mode: 0o700 });
  await mkdir(home);
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const specFor = (venv: Venv, storage: string) => {
  const { python } = venv;
  const input = { session: 's-1', python, environment: null, storage, secret: '' };
  const spec = runicorn.launch({ ...input, access: 'read-only' });
  return { ...spec, env: { ...spec.env, HOME: home, XDG_CONFIG_HOME: null } };
};

describe('the launcher of Runicorn', () => {
  test.for(['runicorn-0.5', 'runicorn-0.6', 'runicorn-newest'] as const)(
    'serves page and runs on a socket of its own user alone, with %s',
    async (name) => {
      const venv = await ensureVenv(name);
      const storage = join(directory, `a 'storage' "of" $(all) é\nsorts`);
      const runs = await makeSampleRuns({ python: venv.python, storage });
      const viewer = await startViewer(specFor(venv, storage), runtime);

      expect(viewer.endpoint).toEqual({ kind: 'socket', path: join(runtime, 'viewer.sock') });
      expect((await stat(join(runtime, 'viewer.sock'))).mode & 0o777).toBe(0o600);
      const health = await viewer.get(runicorn.healthPath);
      expect(health.status).toBe(200);
      expect(JSON.parse(health.body)).toMatchObject({ status: 'ok', storage });
      expect((await viewer.get('/')).body).toContain('<!doctype html>');
      const listed = await viewer.get('/api/runs');
      for (const { runId } of runs) expect(listed.body).toContain(runId);

      await viewer.process.terminate();
      expect(await readdir(home)).not.toContain('.runicorn');
    },
  );

  test('ends when the pipe of its watchdog ends, also while a log stream is open', async () => {
    const venv = await ensureVenv('runicorn-newest');
    const storage = join(directory, 'storage');
    const [run] = await makeSampleRuns({ python: venv.python, storage });
    const viewer = await startViewer(specFor(venv, storage), runtime);
    const stream = createConnection(join(runtime, 'viewer.sock'));
    stream.write(webSocketRequest(`/api/runs/${run?.runId}/logs/ws`));
    const head = await new Promise((resolve) => stream.once('data', resolve));
    expect(String(head)).toContain('101 Switching Protocols');

    viewer.process.stdin.end();
    const { exitCode, signal } = await viewer.process.exited;
    expect({ exitCode, signal }).toEqual({ exitCode: null, signal: 'SIGTERM' });
    stream.destroy();
  });

  test('serves on loopback, and says why, where the socket cannot be had', async () => {
    const venv = await ensureVenv('runicorn-newest');
    const deep = join(runtime, 'd'.repeat(120));
    await mkdir(deep, { mode: 0o700 });
    const viewer = await startViewer(specFor(venv, join(directory, 'storage')), deep);
    expect(viewer.endpoint.kind).toBe('tcp');
    expect((await viewer.get(runicorn.healthPath)).status).toBe(200);
    expect(viewer.process.stderr.text()).toContain('path too long. Serving on 127.0.0.1.');
    await viewer.process.terminate();
  });

  test('refuses a directory that others can enter', async () => {
    const venv = await ensureVenv('runicorn-newest');
    await chmod(runtime, 0o750);
    await expect(startViewer(specFor(venv, join(directory, 'storage')), runtime)).rejects.toThrow(
      'its mode is 750, not 700',
    );
  });

  test('names the path that Runicorn cannot show', async () => {
    const venv = await ensureVenv('runicorn-newest');
    await expect(startViewer(specFor(venv, '/data/\udcff'), runtime)).rejects.toThrow(
      'the path is not valid UTF-8',
    );
  });

  test('ends with the reason where Runicorn is not installed', async () => {
    const venv = await ensureVenv('bare');
    await expect(startViewer(specFor(venv, join(directory, 'storage')), runtime)).rejects.toThrow(
      "No module named 'uvicorn'",
    );
  });
});

const webSocketRequest = (path: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');
