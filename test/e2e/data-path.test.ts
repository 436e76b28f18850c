import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { startTraining } from '../lab/sample-runs/sample-runs.ts';
import { startFakeViewer } from '../session/gateway/fake-viewer.ts';
import { at, bearer, openGet } from './http.ts';
import { shareServer } from './server.ts';
import { makeStandIn } from './stand-in/environment.ts';
import { makeWorkplace } from './workplace.ts';

const server = shareServer({ sshd: { MaxSessions: '1' } });

test('the log of a training that goes on comes line by line through a WebSocket', async () => {
  await using here = await makeWorkplace();
  const { lab, words, venv, storage } = server();
  const training = await startTraining({ python: venv.python, storage });
  try {
    const porthole = here.open(lab, words);
    const { url } = await porthole.ready();
    const written = await readFile(join(training.directory, 'logs.txt'), 'utf8');
    const next = (written.match(/epoch \d+/g) ?? []).length + 1;

    const path = `/api/runs/${training.runId}/logs/ws`;
    const socket = new WebSocket(at(url, path).replace('http', 'ws'), { headers: bearer(url) });
    const seen: string[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => reject(new Error(`It ended after:\n${seen.join('\n')}`)));
      socket.on('message', (line) => {
        seen.push(String(line));
        if (String(line).includes(`epoch ${next}:`)) resolve();
      });
    });
    expect(seen[0]).toContain('training ');
    socket.terminate();
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
  } finally {
    await training.stop();
  }
});

test('large bodies go both ways whole, many at once, where the server allows one ssh session only', async () => {
  const body = randomBytes(16 * 1024 * 1024);
  const hash = createHash('sha256').update(body).digest('hex');
  const viewer = await startFakeViewer((incoming, response) => {
    if (incoming.url === '/down') return void response.end(body);
    const digest = createHash('sha256');
    void pipeline(incoming, digest).then(() => response.end(digest.digest('hex')));
  });
  try {
    await using here = await makeWorkplace();
    const { lab, storage } = server();
    const environment = join(lab.directory, 'bulk');
    await makeStandIn(environment, viewer.socketPath);
    const porthole = here.open(lab, ['--env', environment, '--storage', storage]);
    const { url } = await porthole.ready();

    const down = async () => {
      const digest = createHash('sha256');
      await pipeline(await openGet(at(url, '/down'), bearer(url)), digest);
      return digest.digest('hex');
    };
    const up = async () => {
      const call = request(at(url, '/up'), { method: 'POST', headers: bearer(url), agent: false });
      call.end(body);
      const [answer] = await once(call, 'response');
      let text = '';
      for await (const chunk of answer) text += chunk;
      return text;
    };
    const hashes = await Promise.all([down(), up(), down(), up(), down(), up()]);
    expect(new Set(hashes)).toEqual(new Set([hash]));
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
  } finally {
    await viewer.close();
  }
});
