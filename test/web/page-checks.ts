import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What axe-core finds on the page as it is, in words; only what keeps people out. */
export const seriousFindings = async (page: Page): Promise<readonly string[]> => {
  // By the debugger, not by a script element: the policy of the page allows none.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
      // What passed is not told; on a page of many elements, describing it took most of the time.
      resultTypes: ['violations'],
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.html).join(', ')})`);
};

/** Collects what a page complains about; `expectNone` fails with all of it. */
export const watchComplaints = (page: Page): { readonly expectNone: () => void } => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  return { expectNone: () => expect(complaints).toEqual([]) };
};

/** Whether the page, or what it shows of a run, can be scrolled sideways as a whole: never meant, on no screen. */
export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate(() =>
    [...document.querySelectorAll('html, [data-tab]')].some(
      (one) => one.scrollWidth > one.clientWidth,
    ),
  );
