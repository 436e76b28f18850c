import { PortholeError } from '../core/errors.ts';
import { singleLine } from '../core/text.ts';
import type { HubClient } from '../hub/client.ts';
import { compose } from './compose.ts';
import type { CliEnvironment } from './environment.ts';

/**
 * The running hub, for commands that make no sense without one.
 *
 * @throws PortholeError `session-unknown`
 */
export const needHub = async (cli: CliEnvironment, session: string): Promise<HubClient> => {
  const client = await compose(cli, 'info').runningHub();
  if (client !== undefined) return client;
  throw new PortholeError({
    code: 'session-unknown',
    message: `There is no session "${singleLine(session)}".`,
    hint: 'Nothing is open at the moment. Open something: porthole HOST',
  });
};
