import { describe, expect, test } from 'vitest';
import { portOwnerOf, siteDataFor } from '../../src/session/port-owner.ts';
import { runicorn } from '../../src/viewers/runicorn/runicorn.ts';

const owner = (key: string, viewerVersion = '0.6.0') =>
  portOwnerOf(key, { viewer: runicorn, viewerVersion });

describe('what a browser kept of a port', () => {
  test('stays where the port shows the same again, also in another version', () => {
    expect(siteDataFor(owner('lab'), owner('lab'))).toBe('keep');
    expect(siteDataFor(owner('lab', '0.5.2'), owner('lab'))).toBe('keep');
  });

  test('stays where porthole knows of nothing that was there', () => {
    expect(siteDataFor(undefined, owner('lab'))).toBe('keep');
  });

  test('goes where another server or viewer was there before', () => {
    expect(siteDataFor(owner('other'), owner('lab'))).toBe('clear');
    expect(siteDataFor('tensorboard 2.20.0 on lab', owner('lab'))).toBe('clear');
  });
});
