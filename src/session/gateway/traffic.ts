import type { Socket } from 'node:net';

/** What went to and from the viewer, in whole. */
export interface Traffic {
  /** Requests handed to the viewer, WebSockets included. */
  readonly requests: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Requests that the viewer has not begun to answer. */
  readonly waiting: number;
}

/** Reads the sockets' own counters, so that counting costs nothing per chunk. */
export interface TrafficMeter {
  countRequest(): void;
  /** Counts a request as waiting until the returned function is called. */
  countWaiting(): () => void;
  /** Counts a socket to the viewer from now on; again for the same socket changes nothing. */
  watch(socket: Socket): void;
  read(): Traffic;
}

export const createTrafficMeter = (): TrafficMeter => {
  const open = new Set<Socket>();
  const waiting = new Set<object>();
  let requests = 0;
  let closedUp = 0;
  let closedDown = 0;
  return {
    countRequest: () => {
      requests += 1;
    },
    countWaiting: () => {
      const one = {};
      waiting.add(one);
      return () => waiting.delete(one);
    },
    watch: (socket) => {
      if (open.has(socket)) return;
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        closedUp += socket.bytesWritten;
        closedDown += socket.bytesRead;
      });
    },
    read: () => {
      let bytesUp = closedUp;
      let bytesDown = closedDown;
      for (const socket of open) {
        bytesUp += socket.bytesWritten;
        bytesDown += socket.bytesRead;
      }
      return { requests, bytesUp, bytesDown, waiting: waiting.size };
    },
  };
};
