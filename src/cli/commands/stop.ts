import * as z from 'zod';
import { PortholeError } from '../../core/errors.ts';
import { type HubClient, HubEnded } from '../../hub/client.ts';
import type { Selector } from '../../hub/messages.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { compose } from '../compose.ts';
import type { CliEnvironment } from '../environment.ts';
import { needHub } from '../need-hub.ts';

/** `porthole stop SESSION|HOST|--all`. */
export const stop: CommandRun<typeof CATALOGUE.stop> = async (cli, { flags, words }) => {
  if (flags.all === (words.session !== undefined)) throw oneOfThem();
  const { stopped, dashboard } =
    words.session === undefined ? await stopAll(cli) : await stopOne(cli, words.session);
  if (flags.json) return cli.terminal.out(JSON.stringify({ stopped }));
  for (const name of stopped) cli.terminal.err(`Stopped ${name}.`);
  if (dashboard !== null) {
    cli.terminal.err(`The dashboard at http://localhost:${dashboard} has ended.`);
  } else if (stopped.length === 0) cli.terminal.err('Nothing is open.');
};

interface Stopped {
  readonly stopped: readonly string[];
  /** Port of the dashboard that has ended with all the rest; null where there was none. */
  readonly dashboard: number | null;
}

const stopOne = async (cli: CliEnvironment, name: string): Promise<Stopped> => ({
  stopped: await stopBy(await needHub(cli, name), { name }),
  dashboard: null,
});

/** What a script runs at its end: that nothing is open is no failure. */
const stopAll = async (cli: CliEnvironment): Promise<Stopped> => {
  const client = await compose(cli, 'info').runningHub();
  if (client === undefined) return { stopped: [], dashboard: null };
  return { stopped: await stopBy(client, { all: true }), dashboard: client.hello.dashboard };
};

const stopBy = async (client: HubClient, params: Selector): Promise<readonly string[]> => {
  try {
    return z.array(z.string()).parse(await client.call({ call: 'stop', params }));
  } catch (error) {
    // It has ended by itself meanwhile, with all that it had open.
    if (error instanceof HubEnded && 'all' in params) return [];
    throw error;
  }
};

const oneOfThem = (): PortholeError =>
  new PortholeError({
    code: 'usage',
    message: 'Cannot run "porthole stop": name a session or a host, or give --all.',
    hint: 'See what is open: porthole ls',
  });
