/// <reference path="../../../src/viewers/builtin/packed-viewer.d.ts" />
import { expect, test, vi } from 'vitest';
import { builtin } from '../../../src/viewers/builtin/builtin.ts';

test('the page asks first for what is asked for ahead while the viewer opens', async () => {
  const fetched: string[] = [];
  vi.stubGlobal('window', { location: { hash: '' } });
  vi.stubGlobal('fetch', async (url: string) => void fetched.push(`/${url}`));
  try {
    await import('../../../src/web/viewer/first-requests.ts');
    expect(fetched).toEqual(expect.arrayContaining([...(builtin.firstRequests ?? ['none'])]));
  } finally {
    vi.unstubAllGlobals();
  }
});
