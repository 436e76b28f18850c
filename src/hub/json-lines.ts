import type { Socket } from 'node:net';
import { MAX_CONTROL_LINE_BYTES } from './messages.ts';

/** JSON lines over a socket, both ways. */
export interface JsonLines {
  send(value: unknown): void;
  /** Sends what is left and closes. */
  end(): void;
  /** Resolves when the other side has gone, or sent what is no JSON line. */
  readonly closed: Promise<void>;
}

/** Speaks JSON lines on a socket; a line too long or not JSON ends it. */
export const speakJsonLines = (socket: Socket, receive: (value: unknown) => void): JsonLines => {
  let pending: Buffer[] = [];
  let pendingBytes = 0;

  const take = (chunk: Buffer): void => {
    pending.push(chunk);
    pendingBytes += chunk.length;
    if (pendingBytes > MAX_CONTROL_LINE_BYTES) socket.destroy();
  };

  const deliver = () => {
    const text = Buffer.concat(pending).toString('utf8');
    pending = [];
    pendingBytes = 0;
    try {
      receive(JSON.parse(text));
    } catch {
      // Not one of ours, or a broken one: there is nobody to explain it to.
      socket.destroy();
    }
  };

  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end >= 0 && !socket.destroyed; end = rest.indexOf(0x0a)) {
      take(rest.subarray(0, end));
      deliver();
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) take(rest);
  });
  // What an error means for the call is told by the close that follows it.
  socket.on('error', () => undefined);

  return {
    send: (value) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(value)}\n`);
    },
    end: () => socket.end(),
    closed: new Promise((resolve) => socket.on('close', () => resolve())),
  };
};
