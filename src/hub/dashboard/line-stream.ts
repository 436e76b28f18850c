import type { ServerResponse } from 'node:http';
import { API_HEADERS } from './answer.ts';

/** JSON lines to one client, as they come. */
export interface LineStream {
  send(line: unknown): void;
  end(): void;
}

/** Begins the answer. */
export const openLineStream = (response: ServerResponse): LineStream => {
  response.writeHead(200, { ...API_HEADERS, 'Content-Type': 'application/x-ndjson' });
  response.flushHeaders();
  return {
    send: (line) => {
      if (!response.destroyed && !response.writableEnded) {
        response.write(`${JSON.stringify(line)}\n`);
      }
    },
    end: () => response.end(),
  };
};
