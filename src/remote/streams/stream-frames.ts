/**
 * Frames of bytes between the lines of the agent's stdin and stdout, the same both ways:
 *
 * 0x1f, kind (1 byte), stream (4 bytes), length of the payload (4 bytes, big end first), payload
 *
 * JSON holds no raw 0x1f, so that where a line may begin it begins a frame.
 */
export const FRAME_MARK = 0x1f;
export const HEADER_BYTES = 10;

/** Longest payload of `data`. */
export const MAX_DATA_BYTES = 64 * 1024;
/** Longest payload of the other kinds. */
export const MAX_WHOLE_BYTES = 8192;

/**
 * `open` (payload: the endpoint as JSON) begins a stream, and only this end does. `end`: nothing more
 * comes this way, the other goes on. `reset` (payload: why) ends both. `window` (payload: 4 bytes) lets
 * so many bytes more be sent; of stream 0 it is the window of all streams together.
 */
export type FrameKind = 'open' | 'data' | 'end' | 'reset' | 'window';

const KINDS = { open: 1, data: 2, end: 3, reset: 4, window: 5 } as const satisfies Record<
  FrameKind,
  number
>;

/** Stands for all streams together. */
export const LINK = 0;

/** The begin of a frame. */
export interface FrameHeader {
  readonly kind: FrameKind;
  readonly stream: number;
  readonly length: number;
}

export const frameBytes = (
  kind: FrameKind,
  stream: number,
  payload: Uint8Array = EMPTY,
): Uint8Array => {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes[0] = FRAME_MARK;
  bytes[1] = KINDS[kind];
  bytes.writeUInt32BE(stream, 2);
  bytes.writeUInt32BE(payload.length, 6);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
};
const EMPTY = new Uint8Array(0);

export const windowFrame = (stream: number, bytes: number): Uint8Array => {
  const payload = Buffer.allocUnsafe(4);
  payload.writeUInt32BE(bytes);
  return frameBytes('window', stream, payload);
};

/** The header in these bytes, from their mark on; undefined where they are none. */
export const readHeader = (bytes: Uint8Array): FrameHeader | undefined => {
  const { buffer, byteOffset, length } = bytes;
  if (length < HEADER_BYTES || bytes[0] !== FRAME_MARK) return undefined;
  const kind = KIND_NAMES.get(bytes[1] ?? 0);
  const view = new DataView(buffer, byteOffset, HEADER_BYTES);
  const payload = view.getUint32(6);
  if (kind === undefined || payload > (kind === 'data' ? MAX_DATA_BYTES : MAX_WHOLE_BYTES)) {
    return undefined;
  }
  return { kind, stream: view.getUint32(2), length: payload };
};

const KIND_NAMES = new Map<number, FrameKind>(
  Object.entries(KINDS).map(([kind, number]) => [number, kind as FrameKind]),
);
