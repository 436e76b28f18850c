import { expect } from 'vitest';
import { behavesAsViewer } from './behaves.ts';

behavesAsViewer({
  name: 'tensorboard',
  viewer: null,
  title: 'TensorBoard',
  serves: 'socket',
  api: { path: '/data/runs', holds: 'fast/version_0' },
  shows: async (page) => {
    // A scalar chart is drawn on a canvas or as paths of its own, inside the card of its tag.
    const card = page.locator('scalar-card', { hasText: 'loss/train' }).first();
    await card.waitFor();
    const lines = card.locator('line-chart svg path, line-chart canvas');
    await lines.first().waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    expect(await page.locator('scalar-card').count()).toBeGreaterThanOrEqual(2);
  },
});
