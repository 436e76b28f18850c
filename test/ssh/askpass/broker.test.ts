import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { createDeferred } from '../../../src/core/deferred.ts';
import { createLogger } from '../../../src/core/logger.ts';
import { type Broker, startBroker } from '../../../src/ssh/askpass/broker.ts';
import { type Prompt, type Prompter, refusingPrompter } from '../../../src/ssh/askpass/prompt.ts';
import { createRunner, type Runner } from '../../../src/ssh/runner.ts';
import { makeAskpassProgram } from './askpass-program.ts';

let directory: string;
let broker: Broker;
let program: string;
let runner: Runner;
let logged: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ph-askpass-'));
  logged = [];
  const logger = createLogger('debug', (_level, message) => void logged.push(message));
  program = await makeAskpassProgram(directory);
  runner = createRunner({ logger, clock: systemClock, baseEnv: { PATH: process.env.PATH } });
  const socketPath = join(directory, 'askpass.sock');
  broker = await startBroker({ socketPath, program, clock: systemClock, logger });
});

afterEach(async () => {
  await runner.stopAll();
  await broker.close();
  await rm(directory, { recursive: true });
});

/** As ssh would: the program with the prompt as its only argument. */
const ask = (env: Readonly<Record<string, string>>, text: string, hint = '') =>
  runner.run({ file: program, args: [text], env: { ...env, SSH_ASKPASS_PROMPT: hint } });

const answering =
  (text: string, seen: Prompt[] = []): Prompter =>
  async (prompt) => {
    seen.push(prompt);
    return { kind: 'answer', text };
  };

/** Sends raw bytes to the broker and returns all that it says. */
const speak = (bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = createConnection(join(directory, 'askpass.sock'));
    let reply = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      reply += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(reply));
    socket.write(bytes);
  });

test('the answer of the prompter goes to ssh, word for word', async () => {
  const seen: Prompt[] = [];
  const attempt = broker.attempt({ host: 'gpu', prompter: answering('p ä"s\\s', seen) });
  const finished = await ask(attempt.env, "ada@gpu's password: ");
  expect(finished).toMatchObject({ exitCode: 0, stdout: 'p ä"s\\s\n' });
  expect(seen).toEqual([
    {
      id: expect.any(String),
      kind: 'password',
      text: "ada@gpu's password: ",
      host: 'gpu',
      echo: 'hidden',
    },
  ]);
  expect(attempt.asked()).toEqual([
    { kind: 'password', text: "ada@gpu's password: ", outcome: 'answered' },
  ]);
});

test('a login that is asked for again was not accepted, which is said', async () => {
  const seen: Prompt[] = [];
  const attempt = broker.attempt({ host: 'gpu', prompter: answering('wrong', seen) });
  const texts = ["ada@gpu's password: ", "ada@gpu's password: ", 'Password: ', 'Password: '];
  for (const text of texts) await ask(attempt.env, text);
  expect(seen.map(({ text }) => text)).toEqual([
    "ada@gpu's password: ",
    "Permission denied, please try again.\nada@gpu's password: ",
    // Of two hops, as likely as not.
    'Password: ',
    'Password: ',
  ]);
});

test('what was answered is in no log and no record', async () => {
  const attempt = broker.attempt({ host: 'gpu', prompter: answering('correct horse') });
  await ask(attempt.env, "ada@gpu's password: ");
  expect(JSON.stringify([logged, attempt.asked(), attempt.env])).not.toContain('correct horse');
});

test('a refusal ends the program with exit code 1 and nothing on stdout', async () => {
  const attempt = broker.attempt({ host: 'gpu', prompter: refusingPrompter });
  expect(await ask(attempt.env, 'Password: ')).toMatchObject({ exitCode: 1, stdout: '' });
  expect(attempt.asked()[0]?.outcome).toBe('unavailable');
});

test('the outcomes tell who refused', async () => {
  const attempt = broker.attempt({
    host: 'gpu',
    prompter: async () => ({ kind: 'refuse', reason: 'user' }),
  });
  await ask(attempt.env, 'Password: ');
  expect(attempt.asked()[0]?.outcome).toBe('refused');
});

test('a prompter that fails is a refusal', async () => {
  const prompter: Prompter = async () => {
    throw new Error('no terminal');
  };
  const attempt = broker.attempt({ host: 'gpu', prompter });
  expect((await ask(attempt.env, 'Password: ')).exitCode).toBe(1);
});

test('each attempt has a secret of its own, and asks its own prompter', async () => {
  const one = broker.attempt({ host: 'one', prompter: answering('1') });
  const two = broker.attempt({ host: 'two', prompter: answering('2') });
  const finished = await Promise.all([ask(one.env, 'Password: '), ask(two.env, 'Password: ')]);
  expect(finished.map(({ stdout }) => stdout)).toEqual(['1\n', '2\n']);
});

test('a wrong secret, and that of an attempt that is over, are refused unasked', async () => {
  const seen: Prompt[] = [];
  const attempt = broker.attempt({ host: 'gpu', prompter: answering('x', seen) });
  const wrong = { ...attempt.env, PORTHOLE_ASKPASS_SECRET: 'guess' };
  expect((await ask(wrong, 'Password: ')).exitCode).toBe(1);
  attempt.end();
  expect((await ask(attempt.env, 'Password: ')).exitCode).toBe(1);
  expect(seen).toEqual([]);
});

test('a prompt is withdrawn when ssh no longer waits', async () => {
  const asked = createDeferred<AbortSignal>();
  const withdrawn = createDeferred<void>();
  const attempt = broker.attempt({
    host: 'gpu',
    prompter: (_prompt, signal) => {
      asked.resolve(signal);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          withdrawn.resolve();
          resolve({ kind: 'refuse', reason: 'user' });
        });
      });
    },
  });
  const env = { ...attempt.env, SSH_ASKPASS_PROMPT: 'none' };
  const child = runner.start({ file: program, args: ['Touch your key'], env });
  await asked.promise;
  await child.terminate();
  await withdrawn.promise;
});

test('the end of an attempt withdraws its prompt, also from a prompter that does not listen', async () => {
  const asked = createDeferred<void>();
  const attempt = broker.attempt({
    host: 'gpu',
    prompter: () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
  });
  const running = ask(attempt.env, 'Password: ');
  await asked.promise;
  attempt.end();
  expect((await running).exitCode).toBe(1);
  expect(attempt.asked()[0]?.outcome).toBe('cancelled');
});

test('text from the server is neutralised and cut before it is shown', async () => {
  const seen: Prompt[] = [];
  const attempt = broker.attempt({ host: 'gpu', prompter: answering('x', seen) });
  await ask(attempt.env, `\u001b]0;title\u0007${'x'.repeat(20_000)}`);
  expect(seen[0]?.text).toHaveLength(4000);
  expect(seen[0]?.text.startsWith('␛]0;title␇x')).toBe(true);
});

test('a server that asks without end is refused after 50 prompts', async () => {
  const seen: Prompt[] = [];
  const attempt = broker.attempt({ host: 'gpu', prompter: answering('x', seen) });
  const secret = attempt.env.PORTHOLE_ASKPASS_SECRET;
  const line = `${JSON.stringify({ secret, text: 'Again: ', hint: '' })}\n`;
  for (let i = 0; i < 60; i++) await speak(line);
  expect(seen).toHaveLength(50);
});

test('garbage, a wrong shape and an endless line are refused', async () => {
  expect(await speak('no json\n')).toBe('{}\n');
  expect(await speak('{"secret":1}\n')).toBe('{}\n');
  expect(await speak('x'.repeat(100_000))).toBe('{}\n');
});

test('a program without a broker refuses', async () => {
  const env = { PORTHOLE_ASKPASS: join(directory, 'none'), PORTHOLE_ASKPASS_SECRET: 'x' };
  expect(await ask(env, 'Password: ')).toMatchObject({ exitCode: 1, stdout: '' });
});

test('the socket is for this user only, and gone after close', async () => {
  expect((await stat(join(directory, 'askpass.sock'))).mode & 0o777).toBe(0o600);
  await broker.close();
  expect(await readdir(directory)).not.toContain('askpass.sock');
});
