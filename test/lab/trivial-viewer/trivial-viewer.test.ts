import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { type StartedViewer, startViewer } from '../start-viewer.ts';
import { trivialViewer } from './trivial-viewer.ts';

let runtime = '';
let viewer: StartedViewer;

beforeAll(async () => {
  runtime = await mkdtemp(join(tmpdir(), 'porthole-trivial-'));
  viewer = await startViewer(trivialViewer(), runtime);
});

afterAll(async () => {
  await viewer.process.terminate();
  await rm(runtime, { recursive: true, force: true });
});

const socketPath = () => join(runtime, 'viewer.sock');

test('the trivial viewer answers its page, its health and a large body', async () => {
  expect(await viewer.get('/')).toMatchObject({
    status: 200,
    body: expect.stringContaining('it works'),
  });
  expect(await viewer.get('/api/health')).toEqual({ status: 200, body: '{"status":"ok"}' });
  expect((await viewer.get('/big?bytes=1000001')).body).toHaveLength(1_000_001);
  expect((await viewer.get('/nowhere')).status).toBe(404);
});

test('the trivial viewer sends a body back while it still comes', async () => {
  const call = request({ socketPath: socketPath(), path: '/echo', method: 'POST' });
  call.write('one ');
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    call.on('error', reject).once('response', resolve);
  });
  const pieces = answer[Symbol.asyncIterator]();
  expect(String((await pieces.next()).value)).toBe('one ');
  call.end('two');
  expect(String((await pieces.next()).value)).toBe('two');
  expect((await pieces.next()).done).toBe(true);
});

test('the trivial viewer keeps an event stream open', async () => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ socketPath: socketPath(), path: '/sse?n=2' }, resolve).on('error', reject).end();
  });
  const first = await new Promise((resolve) => answer.once('data', resolve));
  expect(String(first)).toContain('data: event 0\n\n');
  expect(answer.complete).toBe(false);
  answer.destroy();
});

test('the trivial viewer echoes WebSocket messages of every length', async () => {
  const socket = new WebSocket(`ws+unix://${socketPath()}:/ws`);
  await new Promise((resolve) => socket.once('open', resolve));
  for (const length of [0, 125, 126, 65_536]) {
    const echo = new Promise((resolve) => socket.once('message', resolve));
    socket.send('x'.repeat(length));
    expect(String(await echo)).toBe('x'.repeat(length));
  }
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.close(1000);
  expect(await closed).toBe(1000);
});

test('the trivial viewer ends with the pipe of its watchdog', async () => {
  const place = await mkdtemp(join(tmpdir(), 'porthole-trivial-'));
  const other = await startViewer(trivialViewer(), place);
  other.process.stdin.end();
  expect((await other.process.exited).exitCode).toBe(0);
  await rm(place, { recursive: true });
});
