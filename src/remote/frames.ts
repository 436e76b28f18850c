import { PortholeError } from '../core/errors.ts';
import { neutralizeControls, tailOf } from '../core/text.ts';
import { MAX_LINE_BYTES } from './protocol/wire.ts';
import { type ByteFrames, type ByteListener, createByteFrames } from './streams/byte-frames.ts';
import { FRAME_MARK } from './streams/stream-frames.ts';

const FRAME_START = 0x1e;
const NEWLINE = 0x0a;
const MAX_NOISE_CHARACTERS = 8192;

/** What comes out of the agent's stdout. */
export interface FrameListener {
  /** A framed line that is JSON; not yet checked against a schema. */
  frame(value: unknown): void;
  /** The stream cannot be trusted any further: a framed line too long or not JSON. */
  broken(error: PortholeError): void;
}

/** Splits the agent's stdout into frames and noise. */
export interface FrameReader {
  push(chunk: Uint8Array): void;
  /** From here on frames of bytes may stand between the lines; before, their mark is noise like any other. */
  acceptBytes(listener: ByteListener): void;
  /** What the login printed beside the frames, neutralised; the last 8 KiB of it. */
  noise(): string;
  /** The line of noise that has begun and not ended, as a prompt does, neutralised; empty where there is none. */
  unfinished(): string;
}

/**
 * A frame is the byte 0x1e, JSON, newline. All else is noise of the login (banners, rc files) and is
 * kept for error messages only. Noise may precede a frame on its line: JSON never contains a raw 0x1e,
 * so the last one on a line begins the frame. Frames of bytes have a mark of their own, as rare in JSON.
 */
export const createFrameReader = (
  listener: FrameListener,
  maxLineBytes = MAX_LINE_BYTES,
): FrameReader => {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let noise = '';
  let state: 'reading' | 'broken' = 'reading';
  let bytes: ByteFrames | undefined;

  const keepNoise = (bytes: Uint8Array) => {
    noise = tailOf(noise + Buffer.from(bytes).toString('utf8'), MAX_NOISE_CHARACTERS);
  };

  const unfinished = (): string =>
    pending.some((part) => part.includes(FRAME_START))
      ? ''
      : tailOf(Buffer.concat(pending).toString('utf8'), MAX_NOISE_CHARACTERS);

  const fail = (message: string) => {
    state = 'broken';
    pending = [];
    listener.broken(
      new PortholeError({
        code: 'protocol-error',
        message,
        hint: 'Run the same command with -v, and see what the login prints.',
      }),
    );
  };

  const line = (bytes: Uint8Array) => {
    const start = bytes.lastIndexOf(FRAME_START);
    if (start < 0) return keepNoise(Buffer.concat([bytes, Buffer.of(NEWLINE)]));
    if (start > 0) keepNoise(bytes.subarray(0, start));
    let value: unknown;
    try {
      value = JSON.parse(Buffer.from(bytes.subarray(start + 1)).toString('utf8'));
    } catch {
      // The parser's own message would quote the server's bytes; the fact is enough.
      return fail('The agent on the server sent a line that is not JSON.');
    }
    listener.frame(value);
  };

  const hold = (bytes: Uint8Array) => {
    pending.push(bytes);
    pendingBytes += bytes.length;
    if (pendingBytes <= maxLineBytes) return;
    if (pending.some((part) => part.includes(FRAME_START))) {
      return fail(`The agent on the server sent a line of more than ${maxLineBytes} bytes.`);
    }
    for (const part of pending) keepNoise(part);
    pending = [];
    pendingBytes = 0;
  };

  /** Takes a line, or a part of one; gives what follows. */
  const takeLine = (chunk: Uint8Array): Uint8Array => {
    const newline = chunk.indexOf(NEWLINE);
    const text = newline < 0 ? chunk : chunk.subarray(0, newline);
    const mark = bytes === undefined ? -1 : text.indexOf(FRAME_MARK);
    if (mark > 0) {
      // Noise that had not ended its line when the agent wrote.
      keepNoise(text.subarray(0, mark));
      return chunk.subarray(mark);
    }
    hold(text);
    if (newline < 0) return chunk.subarray(chunk.length);
    if (state === 'reading') {
      const whole = pending.length === 1 ? pending[0] : Buffer.concat(pending);
      pending = [];
      pendingBytes = 0;
      if (whole !== undefined) line(whole);
    }
    return chunk.subarray(newline + 1);
  };

  const takeBytes = (frames: ByteFrames, chunk: Uint8Array): Uint8Array => {
    const rest = frames.take(chunk);
    if (rest !== undefined) return rest;
    fail('The agent on the server sent bytes of a kind that porthole does not know.');
    return chunk.subarray(chunk.length);
  };

  return {
    push: (chunk) => {
      let rest = chunk;
      while (state === 'reading' && rest.length > 0) {
        const isBytes = bytes?.isWithin() || rest[0] === FRAME_MARK;
        rest = bytes !== undefined && isBytes ? takeBytes(bytes, rest) : takeLine(rest);
      }
    },
    acceptBytes: (listener) => {
      bytes = createByteFrames(listener);
    },
    noise: () => neutralizeControls(noise + unfinished()).trim(),
    unfinished: () => neutralizeControls(unfinished()).trim(),
  };
};
