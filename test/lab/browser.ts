import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import type { Requirement } from './have-or-skip.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const findChromium = (): string | undefined => PLACES.find((place) => existsSync(place));

/** A real Chromium. */
export const CHROMIUM: Requirement = {
  what: 'chromium (apt-get install chromium)',
  have: () => findChromium() !== undefined,
};

/** Chromium's own defence of local addresses, which not every browser has. */
const WITHOUT_OWN_DEFENCE =
  '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests';

/** Twice Playwright's own: other tests have the machine too. */
const PATIENCE_MS = 60_000;

/** A Chromium with a profile of its own. */
export interface Browser {
  readonly context: BrowserContext;
  /** Ends it and removes its profile. */
  close(): Promise<void>;
}

/**
 * Starts a Chromium that calls nobody by itself.
 *
 * @throws Error when there is none; ask `haveOrSkip(context, CHROMIUM)` first
 */
export const launchBrowser = async (
  options: {
    readonly viewport?: { readonly width: number; readonly height: number };
    readonly colorScheme?: 'light' | 'dark';
    /** Names that lead to this machine, as an attacker's name server would have it. */
    readonly namesHere?: readonly string[];
  } = {},
): Promise<Browser> => {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(`No Chromium in ${PLACES.join(', ')}`);
  const profile = await mkdtemp(join(tmpdir(), 'porthole-browser-'));
  const { namesHere = [], ...rest } = options;
  const rules = namesHere.map((name) => `MAP ${name} 127.0.0.1`).join(', ');
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    ...rest,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(rules === '' ? [] : [`--host-resolver-rules=${rules}`, WITHOUT_OWN_DEFENCE]),
    ],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
