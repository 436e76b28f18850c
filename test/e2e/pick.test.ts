import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { type LinkedVenv, linkVenv } from '../lab/linked-venv.ts';
import { labRunner } from '../lab/run.ts';
import { ensureVenv } from '../lab/venvs.ts';
import { makeWorkplace, type Workplace } from './workplace.ts';

const DRIVER = fileURLToPath(new URL('../cli/pty-driver.py', import.meta.url));
const ENTER = '\r';
const UP = '\u001b[A';
const CTRL_C = '\u0003';

/** A server with two environments that have Runicorn, one that has not, and one storage root. */
let lab: Lab;
let second: LinkedVenv;
let storage: string;
beforeAll(async () => {
  if (!SSHD.have() || !ROOT.have()) return;
  lab = await startLab({ account: {} });
  const source = await ensureVenv('runicorn-newest');
  await linkVenv(source, join(lab.home, 'first', '.venv'));
  second = await linkVenv(source, join(lab.home, 'zweite Umgebung', '.venv'));
  await linkVenv(await ensureVenv('bare'), join(lab.home, 'without', '.venv'));
  storage = join(lab.home, 'runicorn_data');
  await mkdir(join(storage, 'runs'), { recursive: true });
});
afterAll(() => lab?.[Symbol.asyncDispose]());
beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

test('several environments are put to the user, who filters, picks and confirms; the next open asks nothing', async () => {
  await using here = await makeWorkplace();
  const first = await inTerminal(
    here,
    [],
    [
      { expect: 'Enter takes it', send: 'zwei' },
      { expect: '1 of ', send: ENTER },
      { expect: 'another path', send: ENTER },
      { expect: 'Start?', send: ENTER },
      { expect: 'Ctrl+C stops it', send: CTRL_C },
    ],
  );
  expect(first.exit).toBe(130);
  expect(first.text).toContain('suggested: the first of 2 with Runicorn');
  expect(first.text).toMatch(/Environment +Python +Runicorn +Storage root +In use by/);
  expect(first.text).toMatch(/❯ first .* ~\/runicorn_data/);
  expect(first.text).toContain('without');
  expect(first.text).toMatch(/environment +zweite Umgebung/);
  expect(first.text).toContain(`shows ${storage}`);

  const again = await inTerminal(here, [], [{ expect: 'Ctrl+C stops it', send: CTRL_C }]);
  expect(again.text).toMatch(/in zweite Umgebung, as last time/);
  expect(again.text).not.toContain('probe');
});

test('--pick begins with what was open last time; what cannot run the viewer says so and is not taken', async () => {
  await using here = await makeWorkplace();
  const porthole = here.open(lab, ['--env', second.directory, '--storage', storage]);
  await porthole.ready();
  await porthole.end('SIGINT');

  const { text, exit } = await inTerminal(
    here,
    ['--pick'],
    [
      { expect: 'Viewer on', send: ENTER },
      { expect: 'suggested: as last time', send: UP },
      { expect: 'is not installed', send: ENTER },
      { expect: '▲', send: CTRL_C },
    ],
  );
  expect(text).toMatch(/❯ zweite Umgebung/);
  expect(text).toMatch(/Runicorn is not installed in the environment/);
  expect(text).toContain('Nothing was chosen, nothing started.');
  expect(exit).toBe(130);
});

test('--pick offers the bundled viewer beside the one that an environment has', async () => {
  await using here = await makeWorkplace();
  const { text, exit } = await inTerminal(
    here,
    ['--pick'],
    [
      { expect: 'needs none', send: 'bundled' },
      { expect: '1 of 2', send: ENTER },
      { expect: 'another path', send: ENTER },
      { expect: 'Start?', send: ENTER },
      { expect: 'Ctrl+C stops it', send: CTRL_C },
    ],
  );
  expect(exit).toBe(130);
  expect(text).toMatch(/Runicorn +[\d.]+ .* and 1 more/);
  expect(text).toContain('Bundled viewer');
  expect(text).toMatch(/Bundled viewer [\d.]+ shows/);
  expect(text).not.toContain('Environment on');
});

interface Typing {
  readonly expect: string;
  readonly send: string;
}

const drivenSchema = z.object({
  transcript: z.string(),
  exit: z.number().optional(),
  missing: z.string().optional(),
});

/** Runs `porthole open` on the lab in a terminal of its own, and types when it says what is expected. */
const inTerminal = async (
  here: Workplace,
  words: readonly string[],
  steps: readonly Typing[],
): Promise<{ text: string; exit: number | undefined }> => {
  const open = ['open', lab.alias, '-F', lab.configFile, '--no-open', ...words];
  const task = { argv: [process.execPath, here.program, ...open], size: [40, 140], steps };
  const env = { ...here.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: undefined };
  const ran = await labRunner.run({ file: 'python3', args: [DRIVER, JSON.stringify(task)], env });
  const { transcript, exit, missing } = drivenSchema.parse(JSON.parse(ran.stdout));
  const text = stripVTControlCharacters(transcript);
  expect(missing, text).toBeUndefined();
  return { text, exit };
};
