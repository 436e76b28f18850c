import { describe, expect, test } from 'vitest';
import { portOwnerOf, siteDataFor } from '../../src/session/port-owner.ts';
import { runicorn } from '../../src/viewers/runicorn/runicorn.ts';

const owner = (key: string, viewerVersion = '0.6.0') =>
  portOwnerOf(key, { viewer: runicorn, viewerVersion });

describe('what a browser kept of a port', () => {
  test('stays where the port shows the same again', () => {
    expect(siteDataFor(owner('lab'), owner('lab'))).toBe('keep');
  });

  test('goes from its cache where another version, or who knows what, was there before', () => {
    expect(siteDataFor(owner('lab', '0.5.2'), owner('lab'))).toBe('clear-cache');
    expect(siteDataFor(undefined, owner('lab'))).toBe('clear-cache');
  });

  test('goes altogether where another server or viewer was there before', () => {
    expect(siteDataFor(owner('other'), owner('lab'))).toBe('clear');
    expect(siteDataFor('tensorboard 2.20.0 on lab', owner('lab'))).toBe('clear');
  });
});
