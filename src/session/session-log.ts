import { PortholeError } from '../core/errors.ts';
import { neutralizeControls } from '../core/text.ts';
import { logResultSchema } from '../remote/protocol/sessions.ts';
import type { LiveEnd } from './live-end.ts';
import type { AdoptPlan } from './plan.ts';

export interface FollowLog {
  readonly onText: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The end of a viewer's log, also of one that is starting; with `follow`, calls back with what comes
 * after it until aborted.
 *
 * @throws PortholeError `connection-closed`
 */
export const readSessionLog = async (
  { id, share }: Pick<LiveEnd, 'id' | 'share'>,
  lines: number,
  follow?: FollowLog,
): Promise<string> => {
  const { agent } = share.connection;
  if (follow !== undefined) {
    const stop = agent.onLog(id, (text) => follow.onText(neutralizeControls(text)));
    follow.signal.addEventListener('abort', stop, { once: true });
  }
  const params = { session: id, lines, follow: follow !== undefined };
  return neutralizeControls((await agent.request('log', params, logResultSchema)).text);
};

/** For a viewer that was running before porthole came. */
export const logElsewhere = ({ viewer, running }: AdoptPlan): PortholeError =>
  new PortholeError({
    code: 'usage',
    message: `${viewer.title} (process ${running.process.pid}) was not started by porthole, which has no log of it.`,
    hint: 'Its output is where you have sent it on the server.',
  });

/** For a session whose link is lost. */
export const notConnected = (): PortholeError =>
  new PortholeError({
    code: 'connection-closed',
    message: 'The session is not connected at the moment.',
    hint: 'See its state with: porthole ls',
  });
