import type { Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { FrameCarrier } from '../agent-client.ts';
import type { Endpoint } from '../protocol/wire.ts';
import { createStream, type Stream } from './stream.ts';
import { type FrameKind, frameBytes, LINK, windowFrame } from './stream-frames.ts';
import { createLinkWindow, FIRST_LINK_WINDOW_BYTES } from './windows.ts';

/** Streams to endpoints on the server, carried over the agent's own stdin and stdout. */
export interface Streams {
  /** Joins a local connection with a new one to an endpoint there; each end's end is the other's. */
  join(socket: Socket, endpoint: Endpoint): void;
  /** Ends all of them. */
  close(): void;
}

/** What one stream may use of what all have in common. */
export interface StreamLink {
  send(kind: FrameKind, payload?: Uint8Array): void;
  sendWindow(bytes: number): void;
  /** How many bytes the link takes now, for all streams. */
  allowance(): number;
  spend(bytes: number): void;
  /** It is over: what still comes of it is for nobody. */
  forget(): void;
}

/**
 * The client's end; the agent's is `streams/main.py`. The carrier must have been told to the agent
 * before (request `streams`).
 */
export const createStreams = (carrier: FrameCarrier, clock: Clock): Streams => {
  const streams = new Map<number, Stream>();
  const window = createLinkWindow(clock);
  let credit = FIRST_LINK_WINDOW_BYTES;
  let pipe: 'free' | 'full' = 'free';
  let lastNumber = 0;

  const write = (frame: Uint8Array) => {
    if (carrier.write(frame) === 'full') pipe = 'full';
  };

  /** Those that wait go on, the one served last coming last. */
  const proceed = () => {
    for (const stream of [...streams.values()]) stream.proceed();
  };

  carrier.onDrain(() => {
    pipe = 'free';
    proceed();
  });

  carrier.carry({
    data: (number, bytes) => {
      const returned = window.arrived(bytes.length);
      if (returned > 0) write(windowFrame(LINK, returned));
      streams.get(number)?.data(bytes);
    },
    whole: ({ kind, stream: number }, payload) => {
      if (kind !== 'window') return streams.get(number)?.control(kind);
      const bytes = payload.length === 4 ? Buffer.from(payload).readUInt32BE() : 0;
      if (number !== LINK) return streams.get(number)?.allow(bytes);
      credit += bytes;
      proceed();
    },
  });

  const linkOf = (number: number): StreamLink => ({
    send: (kind, payload) => write(frameBytes(kind, number, payload)),
    sendWindow: (bytes) => write(windowFrame(number, bytes)),
    allowance: () => (pipe === 'free' ? credit : 0),
    spend: (bytes) => {
      credit -= bytes;
      const own = streams.get(number);
      if (own === undefined) return;
      streams.delete(number);
      streams.set(number, own);
    },
    forget: () => streams.delete(number),
  });

  return {
    join: (socket, endpoint) => {
      lastNumber += 1;
      const link = linkOf(lastNumber);
      link.send('open', Buffer.from(JSON.stringify(endpoint)));
      streams.set(lastNumber, createStream(socket, link));
    },
    close: () => {
      for (const stream of [...streams.values()]) stream.close();
    },
  };
};
