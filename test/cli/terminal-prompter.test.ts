import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { createTerminalPrompter } from '../../src/cli/terminal-prompter.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Prompt } from '../../src/ssh/askpass/prompt.ts';
import { createRunner } from '../../src/ssh/runner.ts';

const DRIVER = fileURLToPath(new URL('pty-driver.py', import.meta.url));
const PROMPTER = new URL('../../src/cli/terminal-prompter.ts', import.meta.url);

/** Asks the prompts of its argument side by side and writes the answers to a file, not to the terminal. */
const PROGRAM = `
import { readdirSync, writeFileSync } from 'node:fs';
import { createTerminalPrompter } from './terminal-prompter.mjs';
const { prompts, abortAfterMs, result } = JSON.parse(process.argv[2]);
const events = [];
const prompter = createTerminalPrompter({
  onPrompting: (phase) => events.push(phase),
  onInterrupt: () => events.push('interrupt'),
});
const signal = abortAfterMs === undefined ? new AbortController().signal : AbortSignal.timeout(abortAfterMs);
const descriptors = () => readdirSync('/proc/self/fd').length;
const open = [];
const ask = (prompt) => prompter(prompt, signal).finally(() => open.push(descriptors()));
const answers = await Promise.all(prompts.map(ask));
writeFileSync(result, JSON.stringify({ answers, events, open }));
`;

const resultSchema = z.object({
  answers: z.array(z.unknown()),
  events: z.array(z.string()),
  open: z.array(z.number()),
});
const driverSchema = z.object({
  transcript: z.string(),
  exit: z.number().optional(),
  echo_left_on: z.boolean().optional(),
  missing: z.string().optional(),
});

const runner = createRunner({ logger: silentLogger, clock: systemClock, baseEnv: process.env });
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ph-prompter-'));
  const { code } = await transformWithOxc(await readFile(PROMPTER, 'utf8'), 'prompter.ts');
  await writeFile(join(directory, 'terminal-prompter.mjs'), code);
  await writeFile(join(directory, 'program.mjs'), PROGRAM);
});

afterAll(async () => {
  await runner.stopAll();
  await rm(directory, { recursive: true });
});

const prompt = (text: string, more: Partial<Prompt> = {}): Prompt => ({
  id: 'p',
  kind: 'password',
  host: 'gpu',
  echo: 'hidden',
  text,
  ...more,
});

interface Step {
  readonly expect: string;
  readonly send: string;
}

const onTerminal = async (
  prompts: readonly Prompt[],
  steps: readonly Step[],
  abortAfterMs?: number,
) => {
  const result = join(directory, `result-${Math.random()}`);
  const argument = JSON.stringify({ prompts, result, abortAfterMs });
  const argv = [process.execPath, join(directory, 'program.mjs'), argument];
  const task = JSON.stringify({ argv, steps });
  const run = await runner.run({ file: 'python3', args: [DRIVER, task] });
  const driver = driverSchema.parse(JSON.parse(run.stdout));
  expect(driver.missing, driver.transcript).toBeUndefined();
  return { ...driver, ...resultSchema.parse(JSON.parse(await readFile(result, 'utf8'))) };
};

test('a password is asked in the words of ssh and never shown', async () => {
  const { answers, transcript, ...end } = await onTerminal(
    [prompt("ada@gpu's password: ")],
    [{ expect: 'password: ', send: 'hürse\u007f\u007fx 1\r' }],
  );
  expect(answers).toEqual([{ kind: 'answer', text: 'hürx 1' }]);
  expect(transcript).toBe("ada@gpu's password: \r\n");
  expect(end).toMatchObject({ exit: 0, echo_left_on: true, events: ['begin', 'end'] });
});

test('a host key is shown whole, and so is the answer while it is typed', async () => {
  const text = "The authenticity of host 'gpu' can't be established.\nContinue (yes/no)? ";
  const { answers, transcript } = await onTerminal(
    [prompt(text, { kind: 'host-key', echo: 'shown' })],
    [{ expect: '(yes/no)? ', send: 'yes\r' }],
  );
  expect(answers).toEqual([{ kind: 'answer', text: 'yes' }]);
  expect(transcript).toContain("The authenticity of host 'gpu' can't be established.\r\n");
  expect(transcript).toMatch(/yes[\r\n]+$/);
});

test('prompts of several hosts come one after the other, and none leaves a file open', async () => {
  const { answers, transcript, open } = await onTerminal(
    [prompt('First: '), prompt('Second: ')],
    [
      { expect: 'First: ', send: '1\r' },
      { expect: 'Second: ', send: '2\r' },
    ],
  );
  expect(answers).toEqual([
    { kind: 'answer', text: '1' },
    { kind: 'answer', text: '2' },
  ]);
  expect(transcript).toBe('First: \r\nSecond: \r\n');
  expect(open[1]).toBe(open[0]);
});

test('Ctrl+C gives up and is told, with the terminal as it was', async () => {
  const { answers, events, echo_left_on } = await onTerminal(
    [prompt('Password: ')],
    [{ expect: 'Password: ', send: 'abc\u0003' }],
  );
  expect(answers).toEqual([{ kind: 'refuse', reason: 'user' }]);
  expect(events).toEqual(['begin', 'interrupt', 'end']);
  expect(echo_left_on).toBe(true);
});

test('Ctrl+D gives up', async () => {
  const { answers } = await onTerminal(
    [prompt('Password: ')],
    [{ expect: 'Password: ', send: '\u0004' }],
  );
  expect(answers).toEqual([{ kind: 'refuse', reason: 'user' }]);
});

test('a prompt that ssh no longer waits for is given up', async () => {
  const { answers, echo_left_on } = await onTerminal([prompt('Password: ')], [], 100);
  expect(answers).toEqual([{ kind: 'refuse', reason: 'user' }]);
  expect(echo_left_on).toBe(true);
});

test('a notice is shown and asks nothing', async () => {
  const { answers, transcript } = await onTerminal(
    [prompt('Touch your key', { kind: 'notice' })],
    [],
  );
  expect(answers).toEqual([{ kind: 'answer', text: '' }]);
  expect(transcript).toBe('Touch your key\r\n');
});

test('without a terminal nobody can be asked', async () => {
  const prompter = createTerminalPrompter({
    ttyPath: join(directory, 'no-terminal'),
    onInterrupt: () => undefined,
  });
  expect(await prompter(prompt('Password: '), new AbortController().signal)).toEqual({
    kind: 'refuse',
    reason: 'unavailable',
  });
});
