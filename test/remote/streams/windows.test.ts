import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createStream } from '../../../src/remote/streams/stream.ts';
import type { StreamLink } from '../../../src/remote/streams/streams.ts';
import {
  createLinkWindow,
  createStreamWindow,
  FIRST_LINK_WINDOW_BYTES,
  STREAM_WINDOW_BYTES,
} from '../../../src/remote/streams/windows.ts';

const CHUNK = 16 * 1024;

/** What is under way at most, after `mb` have come over a link of so many bytes a second. */
const windowAfter = (mb: number, bytesPerSecond: number): number => {
  let nowMs = 0;
  const window = createLinkWindow({ monotonicMs: () => nowMs });
  let allowed = FIRST_LINK_WINDOW_BYTES;
  let arrived = 0;
  while (arrived < mb * 1024 * 1024) {
    nowMs += (CHUNK / bytesPerSecond) * 1000;
    arrived += CHUNK;
    allowed += window.arrived(CHUNK);
  }
  return allowed - arrived;
};

describe('the window of the link', () => {
  test('stays small where the link is slow, so that a ping waits two seconds at most at 1 Mbit/s', () => {
    expect(windowAfter(64, 125_000)).toBeLessThanOrEqual(FIRST_LINK_WINDOW_BYTES);
  });

  test('grows where the link is fast, to a limit', () => {
    expect(windowAfter(64, 100_000_000)).toBeGreaterThan(4 * 1024 * 1024);
    expect(windowAfter(512, 100_000_000)).toBeLessThanOrEqual(8 * 1024 * 1024);
  });

  test('gives back nearly all that has arrived', () => {
    expect(windowAfter(64, 125_000)).toBeGreaterThan(FIRST_LINK_WINDOW_BYTES / 2);
  });
});

describe('the window of a stream', () => {
  test('is given back in parts, as it is read', () => {
    const window = createStreamWindow();
    expect(window.arrived(1000)).toBe(0);
    expect(window.arrived(STREAM_WINDOW_BYTES / 4)).toBe(STREAM_WINDOW_BYTES / 4 + 1000);
    expect(window.arrived(1000)).toBe(0);
  });

  test('that a server overruns costs it the stream: nothing more is kept of it', () => {
    const said: string[] = [];
    const link: StreamLink = {
      send: (kind) => said.push(kind),
      sendWindow: () => said.push('window'),
      allowance: () => 0,
      spend: () => undefined,
      forget: () => said.push('forgotten'),
    };
    // Never read: nothing is given back.
    const socket = Object.assign(new PassThrough({ highWaterMark: 1 }), {});
    const stream = createStream(socket as never, link);
    const chunk = new Uint8Array(64 * 1024);
    for (let sent = 0; sent < STREAM_WINDOW_BYTES; sent += chunk.length) stream.data(chunk);
    expect(said).not.toContain('reset');
    stream.data(chunk);
    expect(said).toEqual(expect.arrayContaining(['reset', 'forgotten']));
    expect(socket.destroyed).toBe(true);
  });
});
