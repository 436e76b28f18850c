import { createDeferred } from '../core/deferred.ts';
import type { Connection } from '../remote/connection.ts';
import type { Endpoint } from '../remote/protocol/wire.ts';
import type { Gateway } from './gateway/gateway.ts';
import { type Link, openLink } from './link.ts';
import { healthPathOf, isHealthy, type LaunchPlan } from './plan.ts';

/** A tunnel to where a viewer's socket will be, made and asked through while the viewer still starts. */
export interface EarlyJoin {
  /** The server has taken the launch on: the viewer's socket will be here. */
  launched(socket: string): void;
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
  /** Where the socket should be, going by the last time; undefined where there was none. */
  readonly foreseen: string | undefined;
  /** Private directory of this session on this machine. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** A tunnel on its way, and whether the viewer has answered through it. */
interface Attempt {
  readonly socket: string;
  readonly opening: Promise<Link | undefined>;
  readonly asking: Promise<boolean>;
}

/**
 * Saves what lies between a viewer's readiness and its first answer here: adding the forward, and over
 * a long line two round trips. A viewer that has bound its socket by the time the request arrives
 * answers it as soon as it can; for any other, the request fails and is sent again.
 *
 * Where the socket is foreseen, all this goes on while the server takes the launch on. The bundled viewer's
 * is listened on by then, or a moment later, so it is asked at once.
 */
export const joinEarly = (input: EarlyJoinInput): EarlyJoin => {
  const { connection, plan, gateway, directory, signal } = input;
  const isListenedOn = plan.viewer.comes === 'with-porthole';
  const answered = createDeferred<void>();
  let owner: 'us' | 'taker' = 'us';

  // What fails here is tried again, and then said, when the viewer is ready.
  const open = async (socket: string, after: Promise<unknown>): Promise<Link | undefined> => {
    try {
      await after;
      const endpoint = { kind: 'socket', path: socket } as const;
      return await openLink({ connection, endpoint, directory, signal });
    } catch {
      return undefined;
    }
  };

  const ask = async (opening: Promise<Link | undefined>): Promise<boolean> => {
    const link = await opening;
    if (link === undefined || owner !== 'us') return false;
    const step = `Starting ${plan.viewer.title}`;
    gateway.setState({ kind: 'starting', step, socketPath: link.socketPath });
    const answering = gateway.check(healthPathOf(plan), signal);
    // After it: what a page wants first may take the viewer a while, and the page is not there yet.
    gateway.askAhead(plan.viewer.firstRequests ?? [], signal);
    try {
      const answer = await answering;
      const isGood = answer.answeredBy === 'viewer' && isHealthy(plan, answer.status);
      if (isGood) answered.resolve();
      return isGood;
    } catch {
      return false;
    }
  };

  const begin = (socket: string, after: Promise<unknown>, first: 'ask' | 'wait'): Attempt => {
    const opening = open(socket, after);
    return { socket, opening, asking: first === 'ask' ? ask(opening) : Promise.resolve(false) };
  };

  let attempt =
    input.foreseen === undefined
      ? undefined
      : begin(input.foreseen, connection.established(signal), isListenedOn ? 'ask' : 'wait');

  const close = async () => {
    if (owner !== 'us') return;
    owner = 'taker';
    await (await attempt?.opening)?.close();
  };

  return {
    launched: (socket) => {
      if (owner !== 'us') return;
      const former = attempt;
      if (former?.socket === socket) {
        const asking = former.asking.then((isAnswered) => isAnswered || ask(former.opening));
        attempt = { ...former, asking };
      } else {
        const isGone = former?.opening.then((link) => link?.close()) ?? Promise.resolve();
        attempt = begin(socket, isGone, 'ask');
      }
    },
    take: async (endpoint) => {
      const own = attempt;
      const link = await own?.opening;
      if (own === undefined || link === undefined) return undefined;
      if (endpoint.kind !== 'socket' || endpoint.path !== own.socket) {
        await close();
        return undefined;
      }
      owner = 'taker';
      return { link, answered: answered.promise };
    },
    close,
  };
};
