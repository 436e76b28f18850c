import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import type { Endpoint } from '../remote/protocol.ts';
import { checkEndToEnd } from './check-end-to-end.ts';
import type { ConnectionShare } from './connections.ts';
import type { EarlyJoin } from './early-join.ts';
import type { Gateway } from './gateway/gateway.ts';
import { type Link, openLink } from './link.ts';
import type { SessionContext } from './open-session.ts';
import type { Plan } from './plan.ts';
import { STOP_TIMEOUT_MS, stopViewer } from './stop-viewer.ts';

/** A session's end on the server; a reconnect puts another connection and link in place of the lost. */
export interface LiveEnd {
  /** Id of the session on the server; the name of its runtime directory there. */
  id: string;
  /** What its viewer asks for where it has a token; the same for a viewer that is started again. */
  readonly secret: string;
  share: ConnectionShare;
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
}

/**
 * Opens the tunnel to a launched viewer and asks the viewer through it.
 *
 * @throws PortholeError `forward-refused`, `viewer-unhealthy`, `connection-closed`
 */
export const joinViewer = async (input: JoinViewerInput): Promise<void> => {
  const { end, endpoint, gateway, plan, host, context, signal } = input;
  const { connection } = end.share;
  const taken = await input.early?.take(endpoint);
  const directory = localDirectoryOf(end, context);
  end.link = taken?.link ?? (await openLink({ connection, endpoint, directory, signal }));
  gateway.setState({
    kind: 'starting',
    step: 'Asking the viewer',
    socketPath: end.link.socketPath,
  });
  const checked = checkEndToEnd({ gateway, connection, plan, host, signal });
  await Promise.race([checked, ...(taken === undefined ? [] : [taken.answered])]);
};

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
