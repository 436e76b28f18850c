import * as z from 'zod';
import { defineCliCommand } from '../command.ts';
import type { CliEnvironment } from '../environment.ts';
import { needHub } from '../need-hub.ts';

/** `porthole url SESSION`. */
export const urlCommand = (cli: CliEnvironment) =>
  defineCliCommand({
    name: 'url',
    description: 'Print the address of a session, with its token.',
    flags: { json: { type: 'boolean', description: 'one JSON object on stdout' } },
    positionals: { session: { description: 'session or host', presence: 'required' } },
    run: async ({ flags, words }) => {
      const client = await needHub(cli, words.session);
      const call = { call: 'url', params: { name: words.session } } as const;
      const url = z.string().parse(await client.call(call));
      cli.terminal.out(flags.json ? JSON.stringify({ session: words.session, url }) : url);
    },
  });
