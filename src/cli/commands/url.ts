import * as z from 'zod';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { needHub } from '../need-hub.ts';

/** `porthole url SESSION`. */
export const url: CommandRun<typeof CATALOGUE.url> = async (cli, { flags, words }) => {
  const client = await needHub(cli, words.session);
  const call = { call: 'url', params: { name: words.session } } as const;
  const url = z.string().parse(await client.call(call));
  cli.terminal.out(flags.json ? JSON.stringify({ session: words.session, url }) : url);
};
