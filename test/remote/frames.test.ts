import { describe, expect, test } from 'vitest';
import type { PortholeError } from '../../src/core/errors.ts';
import { createFrameReader } from '../../src/remote/frames.ts';
import { frameBytes } from '../../src/remote/streams/stream-frames.ts';

const read = (chunks: readonly (string | Uint8Array)[], maxLineBytes?: number) => {
  const frames: unknown[] = [];
  const errors: PortholeError[] = [];
  const reader = createFrameReader(
    { frame: (value) => frames.push(value), broken: (error) => errors.push(error) },
    maxLineBytes,
  );
  for (const chunk of chunks) reader.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return { frames, errors, noise: reader.noise() };
};

describe('the frame reader', () => {
  test('reads a frame whatever the pieces it comes in', () => {
    const text = '\x1e{"id":1,"result":"grüße"}\n';
    for (let cut = 1; cut < Buffer.byteLength(text); cut++) {
      const bytes = Buffer.from(text);
      const { frames } = read([bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect(frames).toEqual([{ id: 1, result: 'grüße' }]);
    }
  });

  test('reads several frames from one piece, in order', () => {
    expect(read(['\x1e1\n\x1e2\nnoise\n\x1e3\n']).frames).toEqual([1, 2, 3]);
  });

  test('keeps banners and prompts out of the frames, and tells them as noise', () => {
    const { frames, noise } = read(['Welcome to gpu\x1b[1m!\r\n', '$ \x1e{"hello":1}\n', 'bye']);
    expect(frames).toEqual([{ hello: 1 }]);
    expect(noise).toContain('Welcome to gpu␛[1m!');
    expect(noise).not.toContain('\x1b');
  });

  test('takes the last frame mark of a line, since noise may hold one too', () => {
    expect(read(['\x1ejunk \x1e{"ok":true}\n']).frames).toEqual([{ ok: true }]);
  });

  test('says a framed line that is not JSON, once, and reads no further', () => {
    const { frames, errors } = read(['\x1e{"id":\n\x1e{"id":1}\n']);
    expect(frames).toEqual([]);
    expect(errors.map(({ code }) => code)).toEqual(['protocol-error']);
  });

  test('says a framed line that is too long, before it has come to its end', () => {
    const { errors } = read([`\x1e"${'x'.repeat(50)}`, 'x'.repeat(60)], 100);
    expect(errors.map(({ code }) => code)).toEqual(['protocol-error']);
  });

  test('drops endless noise without a newline instead of keeping it all', () => {
    const { frames, errors, noise } = read(
      [...Array(100).fill('y'.repeat(1000)), '\n\x1e1\n'],
      5000,
    );
    expect(frames).toEqual([1]);
    expect(errors).toEqual([]);
    expect(noise.length).toBeLessThanOrEqual(8192);
  });
});

describe('frames of bytes between the lines', () => {
  /** The kinds and payloads that come out, the parts of data put together. */
  const readBytes = (chunks: readonly Uint8Array[]) => {
    const lines: unknown[] = [];
    const errors: PortholeError[] = [];
    const frames: string[] = [];
    const reader = createFrameReader({
      frame: (value) => lines.push(value),
      broken: (error) => errors.push(error),
    });
    let data = '';
    reader.acceptBytes({
      data: (stream, bytes) => {
        data += `${stream}:${Buffer.from(bytes)};`;
      },
      whole: ({ kind, stream }, payload) =>
        frames.push(`${kind} ${stream} ${Buffer.from(payload)}`),
    });
    for (const chunk of chunks) reader.push(chunk);
    return { lines, errors, frames, data, noise: reader.noise() };
  };
  const line = Buffer.from('\x1e{"id":1}\n');

  test('are told from lines, whatever the pieces they come in', () => {
    const all = Buffer.concat([
      line,
      frameBytes('data', 7, Buffer.from('a\n\x1fb\x1e')),
      frameBytes('end', 7),
      line,
      frameBytes('reset', 8, Buffer.from('why')),
      line,
    ]);
    for (let cut = 1; cut < all.length; cut++) {
      const { lines, frames, data } = readBytes([all.subarray(0, cut), all.subarray(cut)]);
      expect(lines).toHaveLength(3);
      expect(frames).toEqual(['end 7 ', 'reset 8 why']);
      expect(data.replace(/;7:/g, '')).toBe('7:a\n\x1fb\x1e;');
    }
  });

  test('are found behind noise that has not ended its line', () => {
    const { frames, noise, lines } = readBytes([
      Buffer.from('[1] Done'),
      frameBytes('end', 7),
      Buffer.from('sleep 5'),
      line,
    ]);
    expect(frames).toEqual(['end 7 ']);
    expect(lines).toHaveLength(1);
    expect(noise).toContain('Done');
  });

  test('of no known kind, or longer than any, are said and end the reading', () => {
    for (const [at, value] of [
      [1, 9],
      [6, 255],
    ] as const) {
      const bytes = Buffer.from(frameBytes('data', 1, Buffer.from('x')));
      bytes[at] = value;
      const { errors, lines } = readBytes([bytes, line]);
      expect(errors.map(({ code }) => code)).toEqual(['protocol-error']);
      expect(lines).toEqual([]);
    }
  });

  test('are noise like any other before they are asked for', () => {
    const { frames, errors } = read([frameBytes('end', 7), '\n\x1e1\n']);
    expect(frames).toEqual([1]);
    expect(errors).toEqual([]);
  });
});
