import type { Clock } from '../core/clock.ts';
import { isFailure } from '../core/errors.ts';
import type { Master } from '../ssh/master.ts';
import { streamsPart } from './agent-bundle.ts';
import type { AgentClient } from './agent-client.ts';
import { type Endpoint, loadResultSchema, streamsResultSchema } from './protocol/wire.ts';
import { openAgentTunnel } from './streams/agent-tunnel.ts';
import { createStreams, type Streams } from './streams/streams.ts';

/**
 * How a tunnel goes: by a forward of ssh's own, or by streams over the agent's stdin and stdout, where the
 * server forbids forwards or there is no master to ask for one.
 */
export type TunnelWay = 'forward' | 'agent-channel';

export interface OpenTunnelInput {
  readonly remote: Endpoint;
  /** Path of a socket to be made; no file may be there. */
  readonly socketPath: string;
  readonly signal: AbortSignal;
}

/** A way from a local socket to an endpoint on the server. */
export interface Tunnel {
  readonly way: TunnelWay;
  /** Takes it away, with the local socket. */
  close(): Promise<void>;
}

/** The tunnels of one connection. */
export interface Tunnels {
  /** @throws PortholeError `forward-refused`, `connection-closed` */
  open(input: OpenTunnelInput): Promise<Tunnel>;
  /**
   * To be told when nothing came through a forward, which only an end-to-end request shows: tunnels go
   * over the agent's channel from now on. False where they do already, or cannot.
   */
  avoidForwards(): boolean;
  /** Ends what still goes over the agent's channel. */
  close(): void;
}

export interface TunnelsInput {
  readonly master: Pick<Master, 'addForward' | 'cancelForward'>;
  readonly agent: AgentClient;
  readonly clock: Clock;
  /** `forward-only`: there is nothing between here and there that could forbid one. */
  readonly ways: TunnelWay | 'forward-only';
}

export const createTunnels = ({ master, agent, clock, ways }: TunnelsInput): Tunnels => {
  let way: TunnelWay = ways === 'agent-channel' ? 'agent-channel' : 'forward';
  let carrying: Promise<Streams> | undefined;
  let streams: Streams | undefined;

  const close = () => streams?.close();
  void agent.closed.then(close);

  const carry = async (): Promise<Streams> => {
    // The agent reads requests in order: the modules are there when it comes to the second.
    const modules = agent.request('load', { ...streamsPart() }, loadResultSchema);
    await Promise.all([modules, agent.request('streams', {}, streamsResultSchema)]);
    streams = createStreams(agent.frames, clock);
    return streams;
  };

  const openOverAgent = async ({ remote, socketPath }: OpenTunnelInput): Promise<Tunnel> => {
    carrying ??= carry();
    const close = await openAgentTunnel({ streams: await carrying, remote, socketPath });
    return { way: 'agent-channel', close };
  };

  const avoidForwards = () => {
    if (way === 'agent-channel' || ways === 'forward-only') return false;
    way = 'agent-channel';
    return true;
  };

  return {
    open: async (input) => {
      if (way === 'agent-channel') return openOverAgent(input);
      const { remote, socketPath, signal } = input;
      const forward = { localSocket: socketPath, remote };
      try {
        await master.addForward(forward, signal);
      } catch (error) {
        // The master runs without a socket to speak to it by, or cannot bind one here.
        if (!isFailure(error, 'forward-refused') || !avoidForwards()) throw error;
        return openOverAgent(input);
      }
      return { way, close: () => master.cancelForward(forward) };
    },
    avoidForwards,
    close,
  };
};
