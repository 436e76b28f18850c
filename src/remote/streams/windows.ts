import type { Clock } from '../../core/clock.ts';

/**
 * How much of one stream may be under way. Whoever reads it gives back as it reads: a reader that stalls
 * holds up its own stream alone, and costs no more memory than this.
 */
export const STREAM_WINDOW_BYTES = 1024 * 1024;

/** As much of all streams together may be under way at first, and at most. */
export const FIRST_LINK_WINDOW_BYTES = 256 * 1024;
const MAX_LINK_WINDOW_BYTES = 8 * 1024 * 1024;

/**
 * The link's window grows while the link takes a whole one in less: pings and small pages never wait
 * behind more than about this.
 */
const GROW_WITHIN_MS = 500;

/** A window is given back in parts of this size of it. */
const PART = 4;

/** Counts what arrives, and says when, and how much, the other end may send for it. */
export interface ReceiveWindow {
  /** Bytes to be given back now; 0: not yet. */
  arrived(bytes: number): number;
}

/** Of one stream: `arrived` is what its reader has taken. */
export const createStreamWindow = (): ReceiveWindow => {
  let unreturned = 0;
  return {
    arrived: (bytes) => {
      unreturned += bytes;
      if (unreturned * PART < STREAM_WINDOW_BYTES) return 0;
      const returned = unreturned;
      unreturned = 0;
      return returned;
    },
  };
};

/** Of all streams together: `arrived` is what has come over the link, whether it is read or not. */
export const createLinkWindow = (clock: Pick<Clock, 'monotonicMs'>): ReceiveWindow => {
  let size = FIRST_LINK_WINDOW_BYTES;
  let unreturned = 0;
  let counted = 0;
  let sinceMs = clock.monotonicMs();

  const grow = (): number => {
    if (counted < size) return 0;
    const nowMs = clock.monotonicMs();
    const isFast = nowMs - sinceMs < GROW_WITHIN_MS && size < MAX_LINK_WINDOW_BYTES;
    counted = 0;
    sinceMs = nowMs;
    if (!isFast) return 0;
    size *= 2;
    return size / 2;
  };

  return {
    arrived: (bytes) => {
      unreturned += bytes;
      counted += bytes;
      const grown = grow();
      if (unreturned * PART < size && grown === 0) return 0;
      const returned = unreturned + grown;
      unreturned = 0;
      return returned;
    },
  };
};
