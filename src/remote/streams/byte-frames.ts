import { type FrameHeader, HEADER_BYTES, readHeader } from './stream-frames.ts';

/** What comes out of frames of bytes. */
export interface ByteListener {
  /** A part of a `data` frame, as it arrives. */
  data(stream: number, bytes: Uint8Array): void;
  /** Any other frame, complete. */
  whole(header: FrameHeader, payload: Uint8Array): void;
}

/** Reads frames of bytes, whatever the pieces they come in. */
export interface ByteFrames {
  /** Whether the last frame is not complete yet. */
  isWithin(): boolean;
  /** Takes the next part of a frame, from its mark on; gives what follows, undefined where it is no frame. */
  take(chunk: Uint8Array): Uint8Array | undefined;
}

export const createByteFrames = (listener: ByteListener): ByteFrames => {
  let headerSoFar = NOTHING;
  let header: FrameHeader | undefined;
  let left = 0;
  let parts: Uint8Array[] = [];

  const takePayload = (header: FrameHeader, part: Uint8Array) => {
    left -= part.length;
    if (header.kind === 'data') listener.data(header.stream, part);
    else parts.push(part);
  };

  const endIfComplete = () => {
    if (header === undefined || left > 0) return;
    const ended = header;
    const payload = parts;
    header = undefined;
    parts = [];
    if (ended.kind !== 'data') listener.whole(ended, Buffer.concat(payload));
  };

  return {
    isWithin: () => header !== undefined || headerSoFar.length > 0,
    take: (chunk) => {
      if (header !== undefined) {
        const part = chunk.subarray(0, left);
        takePayload(header, part);
        endIfComplete();
        return chunk.subarray(part.length);
      }
      const missing = HEADER_BYTES - headerSoFar.length;
      headerSoFar = Buffer.concat([headerSoFar, chunk.subarray(0, missing)]);
      if (headerSoFar.length === HEADER_BYTES) {
        header = readHeader(headerSoFar);
        headerSoFar = NOTHING;
        if (header === undefined) return undefined;
        left = header.length;
        endIfComplete();
      }
      return chunk.subarray(missing);
    },
  };
};

const NOTHING: Uint8Array = new Uint8Array(0);
