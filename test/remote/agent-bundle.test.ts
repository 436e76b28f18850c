import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { agentLine, agentSource, probeModules, probePart } from '../../src/remote/agent-bundle.ts';
import { createFrameReader } from '../../src/remote/frames.ts';
import { stripPython } from '../../src/remote/strip-python.ts';
import { changedBy } from './changed-programs.ts';

const files = import.meta.glob<string>('../../src/remote/agent/**/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});

it('is stripped to the same programs, by the judgement of Python itself', async () => {
  expect(Object.keys(files).length).toBeGreaterThan(20);
  expect(await changedBy(stripPython, files)).toEqual([]);
});

it('would be noticed if stripping changed a program', async () => {
  const odd = { trap: 'a = """x\n  y"""\n' };
  expect(await changedBy(stripPython, odd)).toEqual(['trap']);
});

it('loses every comment, doc string and empty line', () => {
  const source =
    '"""Doc."""\nimport os\n\n# Why.\ndef f():\n    """\n    Long.\n    """\n    # Why.\n    return os\n';
  expect(stripPython(source)).toBe('import os\ndef f():\n return os\n');
});

it('is ASCII, so that every login passes it on', () => {
  for (const source of Object.values(files)) expect(source).toMatch(/^[\n -~]*$/);
});

it('travels as one line that a shell takes for a comment', () => {
  expect(agentLine()).toMatch(/^# [A-Za-z0-9+/]+=*\n$/);
  const bytes = Buffer.from(agentLine().slice(2), 'base64');
  expect(inflateSync(bytes).toString()).toBe(agentSource());
});

it('stays small enough for two flights of a fresh connection at most, launch request included', () => {
  const FIRST_WINDOW_BYTES = 10 * 1460;
  // The second flight carries twice as much as the first; half of it is for the launch request.
  expect(agentLine().length).toBeLessThan(2 * FIRST_WINDOW_BYTES);
});

it('holds the probe apart, with the module that the agent calls', () => {
  expect(Object.keys(probeModules())).toContain('main');
  expect(agentSource()).not.toContain(probeModules().main);
});

/** Runs the agent from the bundle alone, with one request a line; the frames that it gave. */
const converse = async (requests: readonly object[]) => {
  const loader =
    'import sys;source=sys.stdin.buffer.raw.read(int(sys.argv[1]));exec(source,{"received":b""})';
  const source = agentSource();
  const flags = ['-I', '-S', '-B', '-c', loader, String(source.length)];
  const agent = spawn('python3', flags, { stdio: ['pipe', 'pipe', 'inherit'] });
  const frames: unknown[] = [];
  const reader = createFrameReader({
    frame: (value) => {
      frames.push(value);
      if (frames.length === requests.length) agent.stdin.end();
    },
    broken: (error) => {
      throw error;
    },
  });
  agent.stdout.on('data', (chunk: Buffer) => reader.push(chunk));
  agent.stdin.write(source);
  for (const request of requests) agent.stdin.write(`${JSON.stringify(request)}\n`);
  await once(agent, 'close');
  return frames;
};

it('runs from its bundle alone and names a probe that was not loaded', async () => {
  const [ping, probe] = await converse([
    { id: 1, op: 'ping' },
    { id: 2, op: 'probe' },
  ]);
  expect(ping).toEqual({ id: 1, result: { sessions: [] } });
  expect(probe).toMatchObject({ id: 2, error: { code: 'bad-request' } });
});

it('answers a probe once its modules are loaded', { timeout: 60_000 }, async () => {
  const request = { id: 2, op: 'probe', distributions: [], storage: [], prefixes: [] };
  const frames = await converse([{ id: 1, op: 'load', ...probePart() }, request]);
  expect(frames[1]).toMatchObject({ id: 2, result: { host: { uid: process.getuid?.() } } });
});

it('takes back paths that are not UTF-8 as they were given', async () => {
  const path = '/tmp/caf\udce9\udcff';
  const [reply] = await converse([{ id: 1, op: 'check-path', path }]);
  expect(reply).toMatchObject({ id: 1, result: { path, kind: 'missing' } });
});
