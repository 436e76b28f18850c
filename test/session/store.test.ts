import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createLogger } from '../../src/core/logger.ts';
import { createStore } from '../../src/session/store.ts';

let directory = '';
let said: string[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-store-'));
  said = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = () =>
  createStore({
    directory,
    clock: systemClock,
    logger: createLogger('warn', (_, message) => said.push(message)),
  });
const file = () => join(directory, 'hosts.json');

const CHOICE = {
  viewer: 'runicorn',
  viewerVersion: '0.6.0',
  environment: { name: 'a', kind: 'venv' as const, prefix: '/a', python: '/a/bin/python' },
  storage: '/data/with "quotes"\n',
};

describe('the store', () => {
  test('remembers a choice for the next process, readable by its owner only', async () => {
    await open().rememberHost('gpu', { choice: CHOICE, agentPython: '/usr/bin/python3' });
    const again = await open().host('gpu');
    expect(again).toMatchObject({ choice: CHOICE, agentPython: '/usr/bin/python3' });
    const { mode } = await import('node:fs/promises').then(({ stat }) => stat(file()));
    expect(mode & 0o777).toBe(0o600);
  });

  test('adds ports to those it knows of a host instead of replacing them', async () => {
    const store = open();
    await store.rememberHost('gpu', { localPorts: { a: 8081 } });
    await store.rememberHost('gpu', { localPorts: { b: 8082 } });
    expect((await open().host('gpu'))?.localPorts).toEqual({ a: 8081, b: 8082 });
  });

  test('loses nothing when many things are remembered at once', async () => {
    const store = open();
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        store.rememberHost(`host-${i}`, { environments: ['x'] }),
      ),
    );
    expect(await open().hosts()).toHaveLength(30);
  });

  test('keeps a damaged file aside, says so, and starts afresh', async () => {
    await writeFile(file(), '{"version": 1, "hosts": [');
    const store = open();
    expect(await store.host('gpu')).toBeUndefined();
    await store.rememberHost('gpu', { agentPython: '/x' });
    const names = await readdir(directory);
    const aside = names.find((name) => name.startsWith('hosts.json.damaged-'));
    expect(await readFile(join(directory, aside ?? ''), 'utf8')).toBe('{"version": 1, "hosts": [');
    expect(said.join()).toContain('damaged');
    expect((await open().host('gpu'))?.agentPython).toBe('/x');
  });

  test('leaves a file of a newer porthole as it is', async () => {
    const text = '{"version": 99, "shape": "unknown"}';
    await writeFile(file(), text);
    const store = open();
    await store.rememberHost('gpu', { agentPython: '/x' });
    expect(await readFile(file(), 'utf8')).toBe(text);
    expect(said.join()).toContain('newer');
  });

  test.each([
    ['an empty file, as a power cut leaves it', ''],
    ['another kind of JSON', '[1, 2]'],
    ['an older version that never was', '{"version": 0, "hosts": {}}'],
    ['a wrong shape', '{"version": 1, "hosts": {"gpu": {"localPorts": "none"}}}'],
    ['bytes that are no text', '\u0000\ufffd\ufffd'],
  ])('starts afresh from %s', async (_, text) => {
    await writeFile(file(), text);
    await open().rememberHost('gpu', { agentPython: '/x' });
    expect((await open().host('gpu'))?.agentPython).toBe('/x');
    expect(await readdir(directory)).toHaveLength(2);
  });

  test('works on without remembering where its file cannot be read, and says so', async () => {
    await mkdir(file());
    const store = open();
    await store.rememberHost('gpu', { agentPython: '/x' });
    expect((await store.host('gpu'))?.agentPython).toBe('/x');
    expect(said.join()).toContain('Cannot read');
    expect(await readdir(directory)).toEqual(['hosts.json']);
  });

  test('works on without remembering where its directory cannot be made, and says so', async () => {
    await writeFile(join(directory, 'state'), '');
    const store = createStore({
      directory: join(directory, 'state', 'below'),
      clock: systemClock,
      logger: createLogger('warn', (_, message) => said.push(message)),
    });
    await store.rememberHost('gpu', { agentPython: '/x' });
    expect(said.join()).toMatch(/Cannot (read|remember)/);
  });

  test('keeps hosts whose names are words of the language', async () => {
    for (const name of ['constructor', 'toString']) {
      await open().rememberHost(name, { agentPython: `/${name}` });
    }
    const store = open();
    for (const name of ['constructor', 'toString']) {
      expect((await store.host(name))?.agentPython).toBe(`/${name}`);
    }
    expect(await store.host('valueOf')).toBeUndefined();
  });

  test('forgets the hosts not used for longest beyond five hundred', async () => {
    const store = open();
    for (let i = 0; i < 503; i++) void store.rememberHost(`h${i}`, {});
    await store.rememberHost('last', {});
    const hosts = await open().hosts();
    expect(hosts).toHaveLength(500);
    expect(hosts).toContain('last');
  });
});
