import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { PortholeError } from '../../src/core/errors.ts';
import { createLogger } from '../../src/core/logger.ts';
import { createRunner, type Runner } from '../../src/ssh/runner.ts';

let runner: Runner;
let logged: string[];
let directory: string;

beforeEach(async () => {
  logged = [];
  runner = createRunner({
    logger: createLogger('debug', (_level, message) => void logged.push(message)),
    clock: systemClock,
    baseEnv: { PATH: process.env.PATH, BASE: 'base' },
  });
  directory = await mkdtemp(join(tmpdir(), 'ph-runner-'));
});

afterEach(async () => {
  await runner.stopAll();
  await rm(directory, { recursive: true });
});

const sh = (script: string, ...args: string[]) => ({
  file: 'sh',
  args: ['-c', script, 'sh', ...args],
});

/** Whether a process other than a zombie has this pid (Linux), or any has (elsewhere). */
const isAlive = async (pid: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (!existsSync('/proc/self/stat')) return true;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) [ZX]/.test(stat);
};

const firstLine = (stream: NodeJS.ReadableStream): Promise<string> =>
  new Promise((resolve) => {
    stream.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });

test('run gives exit code, stdout and stderr of a program that fails', async () => {
  const finished = await runner.run(sh('echo out; echo err >&2; exit 3'));
  expect(finished).toEqual({
    exitCode: 3,
    signal: null,
    stdout: 'out\n',
    stderr: 'err\n',
    timedOut: false,
  });
});

test('run hands the input over and closes it', async () => {
  const finished = await runner.run({ file: 'cat', args: [] }, { input: 'a secret word' });
  expect(finished.stdout).toBe('a secret word');
});

test('a program that does not read its input is no failure', async () => {
  const finished = await runner.run(sh('exit 0'), { input: 'x'.repeat(1_000_000) });
  expect(finished.exitCode).toBe(0);
});

test('output beyond the cap is read and dropped', async () => {
  const finished = await runner.run(sh('head -c 300000 /dev/zero; echo end >&2'), {
    maxOutputBytes: 1000,
  });
  expect(finished.stdout).toHaveLength(1000);
  expect(finished.stderr).toBe('end\n');
});

test('run rejects with the given name when the program does not exist', async () => {
  const failed = runner.run({ file: join(directory, 'missing'), args: [] });
  await expect(failed).rejects.toMatchObject({ code: 'ssh-not-found' });
  await expect(
    runner.run({ file: directory, args: [] }, { startFailure: 'python-not-found' }),
  ).rejects.toMatchObject({ code: 'python-not-found' });
});

test('a started program that does not exist rejects exited, and terminate resolves', async () => {
  const child = runner.start({ file: join(directory, 'missing'), args: [] });
  await child.terminate();
  await expect(child.exited).rejects.toBeInstanceOf(PortholeError);
});

test('a time-out ends the program and is told as such', async () => {
  const finished = await runner.run(sh('exec sleep 600'), { timeoutMs: 50 });
  expect(finished).toMatchObject({ timedOut: true, exitCode: null, signal: 'SIGTERM' });
});

test('abort ends the program and rejects with the reason of the signal', async () => {
  const controller = new AbortController();
  const reason = new PortholeError({ code: 'connection-timeout', message: 'Too slow.' });
  const running = runner.run(sh('exec sleep 600'), { signal: controller.signal });
  controller.abort(reason);
  await expect(running).rejects.toBe(reason);
  await expect(runner.run(sh('true'), { signal: controller.signal })).rejects.toBe(reason);
});

test('terminate ends the whole group, also what the program started in the background', async () => {
  const child = runner.start(sh('sleep 600 & echo $!; wait'));
  const grandchild = Number(await firstLine(child.stdout));
  expect(await isAlive(grandchild)).toBe(true);
  await child.terminate();
  expect(await isAlive(grandchild)).toBe(false);
  expect(await child.exited).toEqual({ exitCode: null, signal: 'SIGTERM' });
});

test('what a program leaves in its group is ended with it', async () => {
  const child = runner.start(sh('sleep 600 </dev/null >/dev/null 2>&1 & echo $!'));
  const grandchild = Number(await firstLine(child.stdout));
  expect(await child.exited).toEqual({ exitCode: 0, signal: null });
  await child.terminate();
  expect(await isAlive(grandchild)).toBe(false);
});

test('a program that ignores SIGTERM is killed when the time is over', async () => {
  const hurried = createRunner({
    logger: createLogger('error', () => undefined),
    clock: {
      ...systemClock,
      sleep: (ms, options) => systemClock.sleep(Math.min(ms, 50), options),
    },
    baseEnv: { PATH: process.env.PATH },
  });
  const child = hurried.start(sh(`trap '' TERM; echo ready; while :; do sleep 1; done`));
  expect(await firstLine(child.stdout)).toBe('ready');
  await child.terminate();
  expect(await child.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
});

test('exited does not wait for a process that left the group and holds the pipes', async () => {
  const child = runner.start(sh(`setsid sh -c 'echo $$; exec sleep 600' & read go`));
  const stranger = Number(await firstLine(child.stdout));
  child.stdin.end('go\n');
  try {
    expect(await child.exited).toEqual({ exitCode: 0, signal: null });
    expect(await isAlive(stranger)).toBe(true);
  } finally {
    process.kill(stranger, 'SIGKILL');
  }
});

test('stopAll ends all that runs', async () => {
  const children = [runner.start(sh('exec sleep 600')), runner.start(sh('exec sleep 600'))];
  await runner.stopAll();
  for (const child of children) expect((await child.exited).signal).toBe('SIGTERM');
});

test('a command adds to the environment and takes out of it', async () => {
  const print = sh('echo "$BASE/$OWN"');
  expect((await runner.run({ ...print, env: { OWN: 'own' } })).stdout).toBe('base/own\n');
  expect((await runner.run({ ...print, env: { BASE: undefined } })).stdout).toBe('/\n');
});

test('a program has no terminal', async () => {
  const finished = await runner.run(sh('exec 2>/dev/null; : </dev/tty && echo terminal'));
  expect(finished.stdout).toBe('');
});

test('every argv is logged as a line that can be pasted, on one line', async () => {
  await runner.run(sh('exit 0', "it's", 'two\nlines'));
  expect(logged[0]).toMatch(/^\[\d+\] sh -c 'exit 0' sh 'it'\\''s' 'two lines'$/);
});

test('stderr is kept as its last 32 KiB with control characters made visible', async () => {
  const finished = await runner.run(
    sh('head -c 100000 /dev/zero | tr "\\0" x >&2; printf "\\033[31mred\\n" >&2'),
  );
  expect(finished.stderr).toHaveLength(32 * 1024);
  expect(finished.stderr).toMatch(/x␛\[31mred\n$/);
});

test('stderr lines are told as they come', async () => {
  const child = runner.start(sh('printf "one\\r\\ntw" >&2; printf "o\\nlast" >&2'));
  const lines: string[] = [];
  child.stderr.onLine((line) => lines.push(line));
  await child.exited;
  expect(lines).toEqual(['one', 'two', 'last']);
});

test('says what cannot be started: a program that is not there, words that no program can be given', async () => {
  const nowhere = runner.run({ file: join(directory, 'nowhere'), args: [] });
  await expect(nowhere).rejects.toMatchObject({ code: 'ssh-not-found' });
  const unspeakable = runner.run({ file: 'true', args: ['a\0b'] });
  await expect(unspeakable).rejects.toMatchObject({ code: 'ssh-not-found' });
});
