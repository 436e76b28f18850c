import type { ServerResponse } from 'node:http';
import { API_HEADERS } from './answer.ts';

/** An event of a stream; `id` is what a client that comes back names. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
  readonly id?: string;
}

/** Server-sent events to one client (HTML standard, 9.2). */
export interface EventStream {
  send(event: StreamEvent): void;
  end(): void;
}

/** A client that reads so slowly that this much waits for it is let go; it comes back for what it missed. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** Begins the answer. */
export const openEventStream = (response: ServerResponse): EventStream => {
  response.writeHead(200, { ...API_HEADERS, 'Content-Type': 'text/event-stream' });
  // The client knows that it is connected before there is anything to say.
  response.flushHeaders();
  return {
    send: ({ event, data, id }) => {
      if (response.destroyed || response.writableEnded) return;
      const head = id === undefined ? '' : `id: ${id}\n`;
      // JSON holds no line break.
      response.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
    },
    end: () => response.end(),
  };
};
