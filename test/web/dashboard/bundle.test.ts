import { beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, readBundle, sumOf } from '../bundle-checks.ts';

const LARGEST_SCRIPT_BYTES = 60 * 1024;

describe('the dashboard', () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await readBundle('dashboard');
  });

  test('has at most 60 KB of JavaScript, gzipped, all parts together', () => {
    expect(bundle.sizes('.js').length).toBeGreaterThanOrEqual(1);
    expect(sumOf(bundle.sizes('.js'))).toBeLessThan(LARGEST_SCRIPT_BYTES);
  });

  test('has a hash of its content in the name of each file but the first', () => {
    bundle.expectHashedNames();
  });

  test('needs no inline script or style and nothing from elsewhere', () => {
    bundle.expectNothingInlineOrForeign();
  });
});
