import { describe, expect, it } from 'vitest';
import {
  withoutGuessedFreshness,
  withoutSecondValidator,
} from '../../../src/session/gateway/caching.ts';

const DATE = 'Wed, 25 Nov 2026 10:00:00 GMT';

describe('what a browser keeps of an answer', () => {
  it('is as the viewer says: for how long, for good, not at all', () => {
    for (const said of ['private, max-age=86400', 'public, max-age=9, immutable', 'no-store']) {
      const raw = ['Cache-Control', said, 'ETag', '"a"', 'Last-Modified', DATE];
      expect(withoutGuessedFreshness(raw)).toEqual(raw);
    }
    const expiring = ['Expires', DATE, 'Content-Type', 'image/png'];
    expect(withoutGuessedFreshness(expiring)).toEqual(expiring);
  });

  it('is asked for anew where the viewer leaves it to a guess', () => {
    const raw = ['ETag', '"a"', 'Last-Modified', DATE, 'cache-control', 'public'];
    const asked = ['ETag', '"a"', 'Last-Modified', DATE, 'Cache-Control', 'no-cache'];
    expect(withoutGuessedFreshness(raw)).toEqual(asked);
  });

  it('has no date to ask by where nothing but the date would tell two viewers apart', () => {
    const raw = ['Last-Modified', DATE, 'Content-Type', 'text/javascript'];
    const kept = ['Content-Type', 'text/javascript', 'Cache-Control', 'no-cache'];
    expect(withoutGuessedFreshness(raw)).toEqual(kept);
  });

  it('is never a page for some time, also where the viewer says so', () => {
    const raw = ['Content-Type', 'text/html; charset=utf-8', 'Cache-Control', 'max-age=600'];
    const asked = ['Content-Type', 'text/html; charset=utf-8', 'Cache-Control', 'no-cache'];
    expect(withoutGuessedFreshness([...raw, 'Expires', DATE])).toEqual(asked);
    const kept = ['content-type', 'text/html', 'cache-control', 'no-store'];
    expect(withoutGuessedFreshness(kept)).toEqual(kept);
  });
});

describe('what a browser asks by', () => {
  it('is the ETag where it has one, else the date', () => {
    const both = ['If-Modified-Since', DATE, 'If-None-Match', '"a"'];
    expect(withoutSecondValidator(both)).toEqual(['If-None-Match', '"a"']);
    const date = ['If-Modified-Since', DATE];
    expect(withoutSecondValidator(date)).toEqual(date);
  });
});
