import { PortholeError } from '../../core/errors.ts';
import { silentLogger } from '../../core/logger.ts';
import { relayTo } from '../../hub/remote-interaction.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { terminalInteraction } from '../interaction.ts';
import { interruptible } from '../interruptible.ts';
import { needHub } from '../need-hub.ts';

/** `porthole retry SESSION`. */
export const retry: CommandRun<typeof CATALOGUE.retry> = async (cli, { words }) => {
  const client = await needHub(cli, words.session);
  const state = await interruptible(cli, (signal, onInterrupt) => {
    const interaction = terminalInteraction({
      ...{ terminal: cli.terminal, onInterrupt },
      ...{ report: () => undefined, asks: 'nobody' },
    });
    const call = { call: 'retry', params: { name: words.session } } as const;
    return client.call(call, relayTo(interaction, silentLogger), signal);
  });
  if (state === 'ready') return cli.terminal.err(`${words.session} is connected.`);
  throw new PortholeError({
    code: 'connection-closed',
    message: `${words.session} could not be reconnected.`,
    hint: 'See why: porthole ls',
  });
};
