import { beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, readBundle, sumOf } from '../bundle-checks.ts';

const LARGEST_BYTES = 90_000;

describe('the pages of the bundled viewer', () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await readBundle('viewer');
  });

  test('are below 90 KB gzipped, all of them together', () => {
    expect(bundle.sizes()).toHaveLength(4);
    expect(sumOf(bundle.sizes())).toBeLessThan(LARGEST_BYTES);
  });

  test('have a hash of their content in their names, all but the first', () => {
    bundle.expectHashedNames();
  });

  test('need nothing inline but the first requests, no style, and nothing from elsewhere', () => {
    bundle.expectNothingInlineOrForeign({ scripts: 1 });
  });

  test('come as scripts that are no modules, of which Chromium keeps what it made', () => {
    expect(bundle.html()).toMatch(/<script defer src="[^"]+"><\/script>/);
    expect(bundle.html()).not.toContain('type="module"');
  });
});
