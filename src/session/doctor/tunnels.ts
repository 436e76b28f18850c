import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { PortholeError } from '../../core/errors.ts';
import { singleLine } from '../../core/text.ts';
import type { Connection } from '../../remote/connection.ts';
import type { Endpoint } from '../../remote/protocol/wire.ts';
import type { Tunnel, TunnelWay } from '../../remote/tunnels.ts';
import type { Endpoints } from './stand-in.ts';

/** How a request by one way ended: `strange` where something else answered, `untried` where ssh here has no such way. */
export type Passage =
  | { readonly kind: 'passed'; readonly ms: number }
  | { readonly kind: 'strange'; readonly body: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'untried' };

/** A request by each way: forwards of ssh's own to a socket and to a port, and the agent's channel to the socket. */
export interface Passages {
  readonly socket: Passage;
  readonly tcp: Passage;
  readonly channel: Passage;
}

/** Ways from here to the stand-in. */
export interface Tunnels {
  /** The agent's channel, where ssh here takes no forward. Whether the server does shows on use. */
  readonly way: TunnelWay;
  /** The stand-in must answer each request with its word. @throws the signal's reason */
  pass(word: string, signal: AbortSignal): Promise<Passages>;
  close(): Promise<void>;
}

export interface OpenTunnelsInput {
  readonly connection: Connection;
  readonly endpoints: Endpoints;
  /** Private directory for the local ends. */
  readonly directory: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** @throws PortholeError `forward-refused` */
export const openTunnels = async (input: OpenTunnelsInput): Promise<Tunnels> => {
  const { connection, endpoints, directory, clock } = input;
  const opened: Tunnel[] = [];
  const open = async (name: keyof Passages, remote: Endpoint, signal: AbortSignal) => {
    const socketPath = join(directory, `${name}.sock`);
    const tunnel = await connection.openTunnel({ remote, socketPath, signal });
    opened.push(tunnel);
    return { way: tunnel.way, socketPath };
  };
  const pass = async (
    socketPath: string,
    answer: string,
    signal: AbortSignal,
  ): Promise<Passage> => {
    const startedMs = clock.monotonicMs();
    try {
      const body = await get(socketPath, signal);
      if (body !== answer) return { kind: 'strange', body: singleLine(body).slice(0, 60) };
      return { kind: 'passed', ms: Math.round(clock.monotonicMs() - startedMs) };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const said = refusalIn(connection.stderr());
      return { kind: 'refused', reason: said ?? (error as Error).message };
    }
  };

  const first = await open('socket', endpoints.socket, input.signal);
  return {
    way: first.way,
    pass: async (word, signal) => {
      // One after the other: what ssh says of a refused channel names no forward.
      let forwards: Omit<Passages, 'channel'> = {
        socket: { kind: 'untried' },
        tcp: { kind: 'untried' },
      };
      if (first.way === 'forward') {
        const socket = await pass(first.socketPath, `${word} socket`, signal);
        const second = await open('tcp', endpoints.tcp, signal);
        forwards = { socket, tcp: await pass(second.socketPath, `${word} tcp`, signal) };
      }
      connection.avoidForwards();
      try {
        const last = await open('channel', endpoints.socket, signal);
        return { ...forwards, channel: await pass(last.socketPath, `${word} socket`, signal) };
      } catch (error) {
        if (!(error instanceof PortholeError) || signal.aborted) throw error;
        return { ...forwards, channel: { kind: 'refused', reason: error.message } };
      }
    },
    close: async () => {
      await Promise.all(opened.map((tunnel) => tunnel.close()));
    },
  };
};

/** "channel 2: open failed: administratively prohibited: open failed" */
const refusalIn = (stderr: string): string | undefined =>
  [...stderr.matchAll(/^channel \d+: open failed: (.*)$/gm)].at(-1)?.[1];

const MAX_BODY_CHARACTERS = 1000;

/** The start of what a GET through a socket here is answered with. */
const get = (socketPath: string, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath, path: '/', agent: false, signal });
    request.on('error', reject);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (body.length < MAX_BODY_CHARACTERS) body += text;
      });
      response.on('end', () => resolve(body));
      response.on('error', reject);
    });
    request.end();
  });
