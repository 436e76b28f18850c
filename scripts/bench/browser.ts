import type { ConsoleMessage, Page } from 'playwright-core';

const SAID = 'first rows on the screen:';

/**
 * Notes when the first rows of the table of runs are on the screen: the frame after they are there shows
 * them. No event tells that it is drawn; the turn after its callbacks comes then, as in kit/painted.ts. The
 * page says it by itself: to be asked costs it 40 ms, in which a driver's script is brought in.
 */
const NOTE_FIRST_ROWS = `
  const observer = new MutationObserver(() => {
    if (document.querySelector('[role="treegrid"] [role="row"][aria-selected]') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { console.debug('${SAID} ' + performance.now()); }));
  });
  observer.observe(document, { childList: true, subtree: true });
`;

/** The first rows of a tab's pages. */
export interface FirstRows {
  /**
   * Waits for those of the next page, so to be called before that is gone to; gives the milliseconds from
   * the beginning of the page's way to them.
   */
  next(): Promise<number>;
}

/** To be called before the tab goes anywhere. */
export const watchFirstRows = async (page: Page): Promise<FirstRows> => {
  await page.addInitScript(NOTE_FIRST_ROWS);
  return {
    next: async () => {
      const isIt = (message: ConsoleMessage) => message.text().startsWith(SAID);
      const said = await page.waitForEvent('console', isIt);
      return Number(said.text().slice(SAID.length));
    },
  };
};
