import * as z from 'zod';
import { PortholeError } from '../../core/errors.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { needHub } from '../need-hub.ts';

/** `porthole stop SESSION|HOST|--all`. */
export const stop: CommandRun<typeof CATALOGUE.stop> = async (cli, { flags, words }) => {
  if (flags.all === (words.session !== undefined)) throw oneOfThem();
  const client = await needHub(cli, words.session);
  const params = words.session === undefined ? { all: true as const } : { name: words.session };
  const stopped = z.array(z.string()).parse(await client.call({ call: 'stop', params }));
  if (flags.json) return cli.terminal.out(JSON.stringify({ stopped }));
  for (const name of stopped) cli.terminal.err(`Stopped ${name}.`);
};

const oneOfThem = (): PortholeError =>
  new PortholeError({
    code: 'usage',
    message: 'Cannot run "porthole stop": name a session or a host, or give --all.',
    hint: 'See what is open: porthole ls',
  });
