import type { Logger } from '../core/logger.ts';
import type { Connection } from '../remote/connection.ts';
import {
  type Leftover,
  lookResultSchema,
  type ReapResult,
  reapResultSchema,
} from '../remote/protocol/sessions.ts';
import { type VisitInput, visitHost } from './visit-host.ts';

/**
 * What lies on the server of this user's sessions, opened from whatever machine; changes nothing.
 *
 * @throws PortholeError `connection-closed`; the signal's reason
 */
export const listLeftovers = async (
  { agent }: Connection,
  signal: AbortSignal,
): Promise<readonly Leftover[]> =>
  (await agent.request('look', {}, lookResultSchema, { signal })).sessions;

/** How long a watchdog that is asked by hand may say nothing until it counts as dead. */
const PATIENCE_S = 10;

/** What lay on a server, and what became of it. */
export interface Reaping extends ReapResult {
  readonly found: readonly Leftover[];
}

/**
 * Removes from a server, at once, what nobody holds there any more, and tells all that lay there.
 *
 * @throws PortholeError as connecting fails; `connection-timeout`
 */
export const reapOnce = (input: Omit<VisitInput<Reaping>, 'work'>): Promise<Reaping> =>
  visitHost({
    ...input,
    work: async ({ connection, signal }) => {
      const found = await listLeftovers(connection, signal);
      const params = { patienceS: PATIENCE_S };
      const { agent } = connection;
      return { found, ...(await agent.request('reap', params, reapResultSchema, { signal })) };
    },
  });

/**
 * Has what dead watchdogs left on the server removed: directories and processes of earlier sessions of
 * this user. Never fails, and nobody waits for it: a session is open by then.
 */
export const reapLeftovers = async (connection: Connection, logger: Logger): Promise<void> => {
  const { host } = connection.target;
  try {
    const { reaped } = await connection.agent.request('reap', {}, reapResultSchema);
    if (reaped.length > 0) logger.info(`${host}: removed what was left of ${reaped.join(', ')}.`);
  } catch (error) {
    logger.debug(`${host}: cannot look for leftovers: ${error}`);
  }
};
