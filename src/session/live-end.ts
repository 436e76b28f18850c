import { join, posix } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { isFailure } from '../core/errors.ts';
import type { LaunchResult } from '../remote/protocol/sessions.ts';
import type { Endpoint } from '../remote/protocol/wire.ts';
import { checkEndToEnd } from './check-end-to-end.ts';
import type { ConnectionShare } from './connections.ts';
import type { EarlyJoin } from './early-join.ts';
import type { Gateway } from './gateway/gateway.ts';
import { type Link, openLink } from './link.ts';
import type { SessionContext } from './open-session.ts';
import type { Plan } from './plan.ts';
import { STOP_TIMEOUT_MS, stopViewer } from './stop-viewer.ts';
import type { RememberedHost } from './store.ts';

/** A session's end on the server; a reconnect puts another connection and link in place of the lost. */
export interface LiveEnd {
  /** Id of the session on the server; the name of its runtime directory there. */
  id: string;
  /** What its viewer asks for where it has a token; the same for a viewer that is started again. */
  secret: string;
  share: ConnectionShare;
  /** What the server said of this launch; undefined before it did. */
  launched: LaunchResult | undefined;
  /** undefined until the forward stands, and while there is no connection. */
  link: Link | undefined;
}

export interface JoinViewerInput {
  readonly end: LiveEnd;
  readonly endpoint: Endpoint;
  readonly gateway: Gateway;
  readonly plan: Plan;
  readonly host: string;
  readonly context: SessionContext;
  readonly signal: AbortSignal;
  /** What was begun while the viewer started. */
  readonly early?: EarlyJoin | undefined;
  /** What is asked for together with the viewer's health: a page will want it. */
  readonly askAhead?: readonly string[] | undefined;
}

/**
 * Opens the tunnel to a launched viewer and asks the viewer through it: by a forward of ssh's, or, where
 * nothing comes through that, over the agent's channel.
 *
 * @throws PortholeError `forward-refused`, `viewer-unhealthy`, `connection-closed`
 */
export const joinViewer = async (input: JoinViewerInput): Promise<Link> => {
  const { end, endpoint, host, context, signal } = input;
  const { connection } = end.share;
  const directory = localDirectoryOf(end, context);
  const open = () => openLink({ connection, endpoint, directory, signal });
  const taken = await input.early?.take(endpoint);
  const first = taken?.link ?? (await open());
  end.link = first;
  try {
    await askThrough(input, first, taken?.answered);
    return first;
  } catch (error) {
    if (!isFailure(error, 'forward-refused') || !connection.avoidForwards()) throw error;
  }
  context.logger.info(
    `${host} lets no forward through: its viewer is reached over the agent's channel.`,
  );
  await first.close();
  end.link = undefined;
  const second = await open();
  end.link = second;
  await askThrough(input, second);
  return second;
};

/** `answered`: an answer that may be on its way already. */
const askThrough = async (
  { end, gateway, plan, host, signal, askAhead = [] }: JoinViewerInput,
  { socketPath }: Link,
  answered?: Promise<void>,
): Promise<void> => {
  gateway.setState({ kind: 'starting', step: 'Asking the viewer', socketPath });
  const { connection } = end.share;
  const checked = checkEndToEnd({ gateway, connection, plan, host, signal });
  gateway.askAhead(askAhead, signal);
  await Promise.race([checked, ...(answered === undefined ? [] : [answered])]);
};

/** Where the server has put the session, to be foreseen the next time. */
export const placeOf = ({ launched }: LiveEnd): Partial<Pick<RememberedHost, 'runtimeParent'>> =>
  launched === undefined ? {} : { runtimeParent: posix.dirname(launched.directory) };

/** Private directory of a session on this machine. */
export const localDirectoryOf = ({ id }: LiveEnd, context: SessionContext): string =>
  join(context.runtimeDirectory, id);

/** While the link is lost: somebody is waiting, and the lease ends the viewer anyway. */
const STOP_TIMEOUT_LOST_MS = 1000;

/**
 * Ends the viewer on the server and the link to it. Where the server cannot be reached the viewer
 * ends by itself when its lease is over.
 */
export const leaveViewer = async (end: LiveEnd, clock: Clock): Promise<void> => {
  const { agent } = end.share.connection;
  const timeoutMs = end.link === undefined ? STOP_TIMEOUT_LOST_MS : STOP_TIMEOUT_MS;
  try {
    await stopViewer({ agent, id: end.id, clock, timeoutMs });
  } finally {
    await end.link?.close();
    await end.share.release();
  }
};
