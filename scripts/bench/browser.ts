import type { Page } from 'playwright-core';

/** Notes when the first rows of the table of runs are on the screen: the frame after they are there shows them. */
const NOTE_FIRST_ROWS = `
  const observer = new MutationObserver(() => {
    if (document.querySelector('[role="treegrid"] [role="row"][aria-selected]') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.firstRowsMs = performance.now(); }));
  });
  observer.observe(document, { childList: true, subtree: true });
`;

/** Has a page note when its first rows of runs are on the screen. To be called before it goes anywhere. */
export const noteFirstRows = async (page: Page): Promise<void> => {
  await page.addInitScript(NOTE_FIRST_ROWS);
};

/** Waits for the first rows; gives the milliseconds from the beginning of the page's way to them. */
export const firstRowsMs = async (page: Page): Promise<number> => {
  const noted = () => (globalThis as { firstRowsMs?: number }).firstRowsMs;
  const handle = await page.waitForFunction(noted, undefined, { polling: 'raf' });
  return (await handle.jsonValue()) ?? Number.NaN;
};
