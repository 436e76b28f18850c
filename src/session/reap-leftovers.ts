import type { Logger } from '../core/logger.ts';
import type { Connection } from '../remote/connection.ts';
import { reapResultSchema } from '../remote/protocol.ts';

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
