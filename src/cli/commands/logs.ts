import * as z from 'zod';
import { PortholeError } from '../../core/errors.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { interruptible } from '../interruptible.ts';
import { needHub } from '../need-hub.ts';

const MAX_LINES = 100_000;

/** `porthole logs SESSION`. */
export const logs: CommandRun<typeof CATALOGUE.logs> = async (cli, { flags, words }) => {
  const lines = parseLines(flags.lines ?? '100');
  const client = await needHub(cli, words.session);
  const follow = flags.follow ? ('follow' as const) : ('once' as const);
  let printed: 'nothing' | 'something' = 'nothing';
  const print = (event: unknown): void => {
    const { text } = z.object({ text: z.string() }).parse(event);
    if (text === '') return;
    printed = 'something';
    cli.terminal.out(text.replace(/\n$/, ''));
  };
  await interruptible(cli, (signal) =>
    client.call(
      { call: 'logs', params: { name: words.session, lines, follow } },
      { event: print },
      signal,
    ),
  );
  // Silence would leave open whether the command has worked.
  if (printed === 'nothing' && lines > 0) cli.terminal.err('The viewer has written nothing.');
};

const parseLines = (text: string): number => {
  const lines = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (lines <= MAX_LINES) return lines;
  throw new PortholeError({
    code: 'usage',
    message: `Expected a number of lines from 0 to ${MAX_LINES} for -n, got "${text}".`,
  });
};
