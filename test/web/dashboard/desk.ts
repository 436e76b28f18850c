import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { findOwnPort } from '../../e2e/own-port.ts';
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
  /**
   * Starts the bundled viewer on a storage, and gives its tab. What porthole suggests by itself is as
   * good as what it finds, and that is every environment in use by this account: those of tests beside
   * this one, too.
   */
  startBundled(storage?: string): Promise<Page>;
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
  const tabOf = async (press: () => Promise<void>) => {
    const tab = context.waitForEvent('page');
    await press();
    return tab;
  };
  return {
    ...{ porthole, url, page, server, button, tabOf },
    card: (name) => page.getByRole('listitem', { name, exact: true }),
    connect: async (host) => {
      await server().fill(host);
      await button('Connect').click();
    },
    startBundled: async (storage) => {
      await page.getByRole('radio', { name: 'Use the Bundled viewer' }).check();
      const root = page.getByRole('combobox', { name: 'Storage root' });
      if (storage !== undefined) await root.fill(storage);
      return tabOf(() => button('Start the viewer').click());
    },
  };
};

/** Starts what serves the page; again at the same port, where that is given. */
export const startDesk = async (place: Workplace, labs: readonly Lab[], samePort?: number) => {
  const home = join(place.directory, 'user');
  const config = join(home, '.ssh', 'config');
  const ssh = join(place.directory, 'ssh');
  await mkdir(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  await writeFile(config, labs.map(({ configFile }) => `Include "${configFile}"\n`).join(''));
  await writeFile(ssh, `#!/bin/sh\nexec /usr/bin/ssh -F '${config}' "$@"\n`, { mode: 0o755 });
  for (const lab of labs) place.watch(lab);
  // 23300 may be that of a test beside this one, now or when it is started again.
  const port = samePort ?? (await findOwnPort());
  const words = ['viewer', '--no-open', '--port', String(port)];
  const porthole = place.start(words, { HOME: home, PORTHOLE_SSH: ssh });
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
    await runs.first().waitFor({ timeout: 60_000 });
  } catch (error) {
    const shown = await tab.locator('body').ariaSnapshot({ timeout: 5_000 });
    throw new Error(`No runs at ${tab.url()}, but: ${shown.slice(0, 500)}`, { cause: error });
  }
};
