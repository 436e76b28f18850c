import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { RunningPorthole, Workplace } from '../../e2e/workplace.ts';
import type { Lab } from '../../lab/lab.ts';
import { makeSampleStorage } from '../../lab/sample-storage/sample-storage.ts';

/** The dashboard of a workplace, as its user meets it. */
export interface Desk {
  /** The `porthole viewer` that serves it. */
  readonly porthole: RunningPorthole;
  /** With its token. */
  readonly url: string;
  readonly page: Page;
  server(): Locator;
  button(name: string | RegExp): Locator;
  /** The card of what is open under this name. */
  card(name: string): Locator;
  /** Types a server and connects. */
  connect(host: string): Promise<void>;
  /** Presses a button and gives the tab that comes of it. */
  tabOf(press: () => Promise<void>): Promise<Page>;
}

/**
 * Starts `porthole viewer` for a user whose ssh config has the labs' aliases, and opens its page.
 * ssh itself reads the config of the account that it runs as, whatever HOME says: the one that is
 * started here is told which to read.
 */
export const openDesk = async (
  place: Workplace,
  context: BrowserContext,
  labs: readonly Lab[],
): Promise<Desk> => {
  const { porthole, url } = await startDesk(place, labs);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByTitle('Live', { exact: true }).waitFor();
  const server = () => page.getByRole('combobox', { name: 'Server' });
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  return {
    ...{ porthole, url, page, server, button },
    card: (name) => page.getByRole('listitem', { name, exact: true }),
    connect: async (host) => {
      await server().fill(host);
      await button('Connect').click();
    },
    tabOf: async (press) => {
      const tab = context.waitForEvent('page');
      await press();
      return tab;
    },
  };
};

/** Starts, or starts again, what serves the page. */
export const startDesk = async (place: Workplace, labs: readonly Lab[]) => {
  const home = join(place.directory, 'user');
  const config = join(home, '.ssh', 'config');
  const ssh = join(place.directory, 'ssh');
  await mkdir(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  await writeFile(config, labs.map(({ configFile }) => `Include "${configFile}"\n`).join(''));
  await writeFile(ssh, `#!/bin/sh\nexec /usr/bin/ssh -F '${config}' "$@"\n`, { mode: 0o755 });
  for (const lab of labs) place.watch(lab);
  const porthole = place.start(['viewer', '--no-open'], { HOME: home, PORTHOLE_SSH: ssh });
  return { porthole, url: await porthole.text('http://localhost:') };
};

/** Runs where porthole looks for them by itself. */
export const fillStorage = async ({ home }: Lab, name = 'runicorn_data'): Promise<string> => {
  const storage = join(home, name);
  await makeSampleStorage({ storage, runs: 3, lines: 5 });
  return storage;
};

/** The page of the bundled viewer, with runs on it. */
export const expectRuns = async (tab: Page): Promise<void> => {
  const runs = tab.getByRole('treegrid', { name: 'Runs' }).locator('[aria-selected]');
  try {
    await runs.first().waitFor({ timeout: 25_000 });
  } catch {
    // On a busy machine Chromium was seen to sit on a new tab for a minute, where the port had belonged to
    // another viewer before (it clears its cache for it): a person reloads.
    await tab.reload();
    await runs.first().waitFor({ timeout: 50_000 });
  }
};
