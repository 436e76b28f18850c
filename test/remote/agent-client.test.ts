import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { systemClock } from '../../src/core/clock.ts';
import { createAgentClient } from '../../src/remote/agent-client.ts';
import { AgentError } from '../../src/remote/agent-failures.ts';

const HELLO = { hello: 1, python: [3, 11, 7], executable: '/usr/bin/python3', pid: 42 };

const setUp = (contact: 'first' | 'warm' = 'first') => {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const sent: string[] = [];
  stdin.setEncoding('utf8').on('data', (text: string) => sent.push(text));
  const client = createAgentClient({
    stdin,
    stdout,
    clock: systemClock,
    agentLine: '# agent\n',
    contact,
  });
  const say = (value: unknown) => stdout.write(`\x1e${JSON.stringify(value)}\n`);
  /** The requests written so far, once the streams have passed them on. */
  const requests = async (): Promise<Record<string, unknown>[]> => {
    await new Promise(setImmediate);
    return sent
      .join('')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  };
  return { client, stdout, sent, say, requests };
};

describe('the agent client', () => {
  test('sends nothing on a first contact before the loader has said hello', async () => {
    const { client, say, sent, requests } = setUp();
    const answer = client.request('ping', {}, z.object({ ok: z.boolean() }));
    expect(await requests()).toEqual([]);
    expect(sent).toEqual([]);
    say(HELLO);
    expect((await client.hello).executable).toBe('/usr/bin/python3');
    expect(await requests()).toEqual([{ id: 1, op: 'ping' }]);
    expect(sent.join('').startsWith('# agent\n')).toBe(true);
    say({ id: 1, result: { ok: true } });
    expect(await answer).toEqual({ ok: true });
  });

  test('sends agent and first request in one go to a host that answered before', async () => {
    const { client, sent, requests } = setUp('warm');
    client.request('launch', { session: 's' }, z.unknown()).catch(() => undefined);
    expect(await requests()).toEqual([{ id: 1, op: 'launch', session: 's' }]);
    expect(sent.join('').startsWith('# agent\n{')).toBe(true);
  });

  test('gives each answer to its own request, whatever their order', async () => {
    const { client, say } = setUp();
    say(HELLO);
    const first = client.request('a', {}, z.string());
    const second = client.request('b', {}, z.string());
    say({ id: 2, result: 'two' });
    say({ id: 1, result: 'one' });
    expect(await Promise.all([first, second])).toEqual(['one', 'two']);
  });

  test('refuses an answer of the wrong shape and stays usable', async () => {
    const { client, say } = setUp();
    say(HELLO);
    const wrong = client.request('stop', {}, z.object({ ended: z.string() }));
    say({ id: 1, result: { ended: 7 } });
    await expect(wrong).rejects.toMatchObject({ code: 'protocol-error' });
    const right = client.request('ping', {}, z.number());
    say({ id: 2, result: 3 });
    expect(await right).toBe(3);
  });

  test('hands on the agent’s refusal with its code', async () => {
    const { client, say } = setUp();
    say(HELLO);
    const refused = client.request('launch', {}, z.unknown());
    say({ id: 1, error: { code: 'storage-missing', message: 'no\x1b[2J such' } });
    const error = await refused.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AgentError);
    expect(error).toMatchObject({ code: 'storage-missing', message: 'no␛[2J such' });
  });

  test('ends every request when a message is of no known shape', async () => {
    const { client, say } = setUp();
    say(HELLO);
    const waiting = client.request('probe', {}, z.unknown());
    say({ surprise: true });
    await expect(waiting).rejects.toMatchObject({ code: 'protocol-error' });
    expect(await client.closed).toMatchObject({ code: 'protocol-error' });
  });

  test('ends every request when the connection ends', async () => {
    const { client, say, stdout } = setUp();
    say(HELLO);
    const waiting = client.request('probe', {}, z.unknown());
    stdout.destroy();
    await expect(waiting).rejects.toMatchObject({ code: 'connection-closed' });
    await expect(client.request('ping', {}, z.unknown())).rejects.toMatchObject({
      code: 'connection-closed',
    });
  });

  test('names what was found when there is no usable Python', async () => {
    const { client, say } = setUp();
    say({ noPython: true, rejected: ['/usr/bin/python3 (3.6.15)'] });
    await expect(client.hello).rejects.toMatchObject({
      code: 'python-not-found',
      message: expect.stringContaining('/usr/bin/python3 (3.6.15)'),
    });
  });

  test('leaves a request that is aborted, and ignores its late answer', async () => {
    const { client, say } = setUp();
    say(HELLO);
    const controller = new AbortController();
    const waiting = client.request('probe', {}, z.unknown(), { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    say({ id: 1, result: 'late' });
    const next = client.request('ping', {}, z.string());
    say({ id: 2, result: 'pong' });
    expect(await next).toBe('pong');
  });

  test('tells viewer states and log text to those who listen for that session', async () => {
    const { client, say } = setUp();
    say(HELLO);
    const heard: unknown[] = [];
    const stop = client.onViewer('s1', (viewer) => heard.push(viewer.state));
    client.onLog('s1', (text) => heard.push(text));
    say({ event: 'viewer', session: 's1', viewer: { state: 'starting' } });
    say({ event: 'viewer', session: 's2', viewer: { state: 'starting' } });
    say({ event: 'log', session: 's1', text: 'a\x07b' });
    await new Promise(setImmediate);
    stop();
    say({ event: 'viewer', session: 's1', viewer: { state: 'starting' } });
    await new Promise(setImmediate);
    expect(heard).toEqual(['starting', 'a␇b']);
  });
});
