import { beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, readBundle, sumOf } from '../bundle-checks.ts';

const LARGEST_BYTES = 90_000;

describe('the pages of the bundled viewer', () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await readBundle('viewer');
  });

  test('are below 90 KB gzipped, all of them together', () => {
    expect(bundle.sizes().length).toBeGreaterThanOrEqual(4);
    expect(sumOf(bundle.sizes())).toBeLessThan(LARGEST_BYTES);
  });

  test('have a hash of their content in their names, all but the first', () => {
    bundle.expectHashedNames();
  });

  test('need no inline script or style and nothing from elsewhere', () => {
    bundle.expectNothingInlineOrForeign();
  });
});
