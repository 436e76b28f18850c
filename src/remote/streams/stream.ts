import type { Socket } from 'node:net';
import { type FrameKind, MAX_DATA_BYTES } from './stream-frames.ts';
import type { StreamLink } from './streams.ts';
import { createStreamWindow, STREAM_WINDOW_BYTES } from './windows.ts';

/** One local connection that goes on at an endpoint on the server. */
export interface Stream {
  /** What came from there; it may be a part of a frame. */
  data(bytes: Uint8Array): void;
  /** What was said there of its end; anything else is passed over. */
  control(kind: FrameKind): void;
  /** So many bytes more may be sent. */
  allow(bytes: number): void;
  /** Sends what waits, as far as there is room for it now. */
  proceed(): void;
  /** Ends both sides. */
  close(): void;
}

/** Joins a local connection, whose both halves end on their own (`allowHalfOpen`), to a stream. */
export const createStream = (socket: Socket, link: StreamLink): Stream => {
  const window = createStreamWindow();
  /** What this end may still send, and the other end. */
  let credit = STREAM_WINDOW_BYTES;
  let room = STREAM_WINDOW_BYTES;
  let waiting: Uint8Array[] = [];
  let here: 'open' | 'ending' | 'ended' = 'open';
  let there: 'open' | 'ended' = 'open';
  let state: 'open' | 'over' = 'open';

  const finish = () => {
    if (state === 'over') return;
    state = 'over';
    waiting = [];
    link.forget();
  };

  const reset = () => {
    if (state === 'over') return;
    link.send('reset');
    finish();
    socket.destroy();
  };

  const finishIfOver = () => {
    if (here === 'ended' && there === 'ended') finish();
  };

  const sendSome = (): 'sent' | 'no-room' => {
    const [first] = waiting;
    const size = Math.min(credit, link.allowance(), MAX_DATA_BYTES);
    if (first === undefined || size <= 0) return 'no-room';
    const part = first.subarray(0, size);
    if (part.length === first.length) waiting.shift();
    else waiting[0] = first.subarray(size);
    credit -= part.length;
    link.spend(part.length);
    link.send('data', part);
    return 'sent';
  };

  const proceed = () => {
    if (state === 'over' || here === 'ended') return;
    while (sendSome() === 'sent');
    if (waiting.length > 0) return void socket.pause();
    if (here === 'open') return void socket.resume();
    here = 'ended';
    link.send('end');
    finishIfOver();
  };

  socket.on('data', (chunk: Buffer) => {
    waiting.push(chunk);
    proceed();
  });
  socket.on('end', () => {
    here = 'ending';
    proceed();
  });
  // Whatever broke it, its close follows.
  socket.on('error', () => undefined);
  socket.on('close', reset);

  return {
    data: (bytes) => {
      room -= bytes.length;
      if (room < 0 || there === 'ended') return reset();
      socket.write(bytes, () => {
        if (state === 'over' || there === 'ended') return;
        const returned = window.arrived(bytes.length);
        room += returned;
        if (returned > 0) link.sendWindow(returned);
      });
    },
    control: (kind) => {
      if (kind === 'reset') {
        finish();
        socket.destroy();
      } else if (kind === 'end' && there === 'open') {
        there = 'ended';
        socket.end();
        finishIfOver();
      }
    },
    allow: (bytes) => {
      credit += bytes;
      proceed();
    },
    proceed,
    close: () => {
      finish();
      socket.destroy();
    },
  };
};
