import type { Socket } from 'node:net';
import { systemClock } from '../../src/core/clock.ts';

/** How one direction of a link behaves from now on. */
export interface LaneSpeed {
  delayMs: number;
  bitsPerSecond: number;
}

/** One direction of a relayed connection. */
export interface Lane {
  /** Stops taking and giving, without closing anything. */
  hold(): void;
  release(): void;
  /** Forgets what is on its way. */
  close(): void;
}

export interface LaneInput {
  readonly from: Socket;
  readonly to: Socket;
  /** Read anew for every chunk, so that a change holds at once. */
  readonly speed: Readonly<LaneSpeed>;
  /** Monotonic time at which the first byte enters the lane. */
  readonly openAtMs: number;
  readonly onBytes: (count: number) => void;
}

interface Parcel {
  readonly dueMs: number;
  readonly bytes: number;
  readonly deliver: () => void;
}

const BUFFER_BYTES = 128 * 1024;
const UNLIMITED_BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * Carries bytes, end and reset from one socket to another: each is due a delay after the link had
 * room for it, and all that is due goes out in one go, so that many chunks do not add up their waits.
 */
export const createLane = ({ from, to, speed, openAtMs, onBytes }: LaneInput): Lane => {
  const parcels: Parcel[] = [];
  let queuedBytes = 0;
  let freeAtMs = openAtMs;
  let state: 'open' | 'held' | 'closed' = 'open';
  let alarm: AbortController | undefined;

  const post = (bytes: number, deliver: () => void) => {
    if (state === 'closed') return;
    const { delayMs, bitsPerSecond } = speed;
    freeAtMs = Math.max(systemClock.monotonicMs(), freeAtMs) + (bytes * 8000) / bitsPerSecond;
    parcels.push({ dueMs: freeAtMs + delayMs, bytes, deliver });
    queuedBytes += bytes;
    pace();
    if (parcels.length === 1) deliverDue();
  };

  const deliverDue = () => {
    alarm?.abort();
    alarm = undefined;
    if (state !== 'open' || to.connecting) return;
    const now = systemClock.monotonicMs();
    for (let next = parcels[0]; next !== undefined; next = parcels[0]) {
      if (to.writableNeedDrain) return;
      if (next.dueMs > now) {
        wakeIn(next.dueMs - now);
        break;
      }
      parcels.shift();
      queuedBytes -= next.bytes;
      next.deliver();
    }
    pace();
  };

  const wakeIn = (ms: number) => {
    alarm = new AbortController();
    // Rejected when something else woke the lane first.
    systemClock.sleep(ms, { signal: alarm.signal }).then(deliverDue, () => undefined);
  };

  const pace = () => {
    if (state === 'held' || queuedBytes > capacityBytes(speed)) from.pause();
    else from.resume();
  };

  from.on('data', (chunk: Buffer) => {
    onBytes(chunk.length);
    post(chunk.length, () => to.write(chunk));
  });
  from.once('end', () => post(0, () => to.end()));
  // After an end this changes nothing; without one it was a reset.
  from.once('close', () => post(0, () => from.readableEnded || to.destroy()));
  to.on('drain', deliverDue);
  to.once('connect', deliverDue);

  return {
    hold: () => {
      state = 'held';
      pace();
    },
    release: () => {
      state = 'open';
      pace();
      deliverDue();
    },
    close: () => {
      state = 'closed';
      alarm?.abort();
      parcels.length = 0;
    },
  };
};

/** What a link holds: what is in flight at its rate, and a router's buffer. */
const capacityBytes = ({ delayMs, bitsPerSecond }: Readonly<LaneSpeed>): number =>
  Number.isFinite(bitsPerSecond)
    ? BUFFER_BYTES + (bitsPerSecond * delayMs) / 8000
    : UNLIMITED_BUFFER_BYTES;
