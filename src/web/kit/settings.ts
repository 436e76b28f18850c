/** What this browser keeps between visits: small choices, never data. */
const PREFIX = 'porthole.';

/** A kept choice; null where there is none, or where the browser keeps nothing. */
export const readSetting = (name: string): string | null => {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    // Storage can be switched off; the page works without it.
    return null;
  }
};

/** Keeps a choice, or forgets it (null). */
export const writeSetting = (name: string, value: string | null): void => {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Full or switched off: the choice lasts as long as the page.
  }
};
