import { describe, expect, test } from 'vitest';
import type { PortholeError } from '../../src/core/errors.ts';
import { createFrameReader } from '../../src/remote/frames.ts';

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
