import { describe, expect, test } from 'vitest';
import { counted, nearest, neutralizeControls, singleLine, tailOf } from '../../src/core/text.ts';

describe('text from elsewhere', () => {
  test('shows control characters instead of obeying them', () => {
    expect(neutralizeControls('a\x1b]0;title\x07b\x7f\x9b')).toBe('a␛]0;title␇b␡\ufffd');
  });

  test('keeps newlines and tabs, and takes carriage returns before newlines away', () => {
    expect(neutralizeControls('a\r\n\tb\rc')).toBe('a\n\tb␍c');
  });

  test('takes away the overrides that reorder what is read', () => {
    expect(neutralizeControls('user\u202egnp.exe')).toBe('user\ufffdgnp.exe');
  });

  test('becomes one line where there is room for one', () => {
    expect(singleLine('  a\nb\t\x1bc \r\n')).toBe('a b ␛c');
  });

  test('keeps its end, from the start of a line', () => {
    expect(tailOf('first line\nsecond\nthird', 15)).toBe('second\nthird');
    expect(tailOf('short', 15)).toBe('short');
    expect(tailOf('x'.repeat(20), 15)).toBe('x'.repeat(15));
  });
});

describe('the nearest name', () => {
  test('forgives a swap, a slip and a wrong case', () => {
    expect(nearest('gpu-sevrer', ['cpu', 'gpu-server'])).toBe('gpu-server');
    expect(nearest('GPU-Server', ['gpu-server'])).toBe('gpu-server');
    expect(nearest('lba', ['lab', 'web'])).toBe('lab');
  });

  test('is none where nothing is near', () => {
    expect(nearest('production', ['lab', 'gpu'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});

test('things are counted in plain English', () => {
  expect([0, 1, 2].map((n) => counted(n, 'run'))).toEqual(['0 runs', '1 run', '2 runs']);
});
