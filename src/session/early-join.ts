import { createDeferred } from '../core/deferred.ts';
import type { Connection } from '../remote/connection.ts';
import type { Endpoint } from '../remote/protocol/wire.ts';
import type { Gateway } from './gateway/gateway.ts';
import { type Link, openLink } from './link.ts';
import { healthPathOf, isHealthy, type LaunchPlan } from './plan.ts';

/** A tunnel to where a viewer's socket will be, made and asked through while the viewer still starts. */
export interface EarlyJoin {
  /**
   * Hands the tunnel over, where it leads to this endpoint; else it is closed.
   * `answered` resolves when the viewer has answered its health request through it, and else never.
   */
  take(endpoint: Endpoint): Promise<TakenJoin | undefined>;
  /** Closes the tunnel, unless it was handed over. */
  close(): Promise<void>;
}

export interface TakenJoin {
  readonly link: Link;
  readonly answered: Promise<void>;
}

export interface EarlyJoinInput {
  readonly connection: Connection;
  readonly plan: LaunchPlan;
  readonly gateway: Gateway;
  /** The socket that viewers are told to serve; none may be there yet. */
  readonly socket: string;
  /** Private directory of this session on this machine. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/**
 * Saves what lies between a viewer's readiness and its first answer here: adding the forward, and over
 * a long line two round trips. A viewer that has bound its socket by the time the request arrives
 * answers it as soon as it can; for any other, the request fails and is sent again when it is ready.
 */
export const joinEarly = (input: EarlyJoinInput): EarlyJoin => {
  const { connection, plan, gateway, socket, directory, signal } = input;
  const foreseen = { kind: 'socket', path: socket } as const;
  const answered = createDeferred<void>();
  // What fails here is tried again, and then said, when the viewer is ready.
  const opening = openLink({ connection, endpoint: foreseen, directory, signal }).catch(
    () => undefined,
  );
  let owner: 'us' | 'taker' = 'us';

  const ask = async () => {
    const link = await opening;
    if (link === undefined || owner !== 'us') return;
    const step = `Starting ${plan.viewer.title}`;
    gateway.setState({ kind: 'starting', step, socketPath: link.socketPath });
    gateway.askAhead(plan.viewer.firstRequests ?? [], signal);
    const answer = await gateway.check(healthPathOf(plan), signal);
    if (answer.answeredBy === 'viewer' && isHealthy(plan, answer.status)) answered.resolve();
  };
  ask().catch(() => undefined);

  const close = async () => {
    if (owner !== 'us') return;
    owner = 'taker';
    await (await opening)?.close();
  };

  return {
    take: async (endpoint) => {
      const link = await opening;
      if (link === undefined) return undefined;
      if (endpoint.kind !== 'socket' || endpoint.path !== socket) {
        await close();
        return undefined;
      }
      owner = 'taker';
      return { link, answered: answered.promise };
    },
    close,
  };
};
