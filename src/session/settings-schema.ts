import * as z from 'zod';

/** Limits of a grace time, in seconds: below the first the ping of a slow line would come too late. */
export const GRACE_LIMITS_S = { min: 2, max: 604_800 } as const;
const DEFAULT_GRACE_S = 120;

/** Where the dashboard is looked for. */
export const DEFAULT_DASHBOARD_PORT = 23_300;
/** Below it only root may listen. */
export const DASHBOARD_PORT_LIMITS = { min: 1024, max: 65_535 } as const;

/** `default` is the one that this machine opens addresses with. */
export const BROWSERS = ['default', 'chrome', 'edge', 'firefox', 'none'] as const;
export const THEMES = ['system', 'light', 'dark'] as const;

/**
 * What the user has set once for all. The names are those of the hub's API; whoever adds one gives it a
 * default, and its words in `SETTING_WORDS`.
 */
export const settingsFields = {
  /** How long a viewer outlives a lost connection, in seconds; what `--grace` overrides. */
  graceS: z.number().min(GRACE_LIMITS_S.min).max(GRACE_LIMITS_S.max).default(DEFAULT_GRACE_S),
  /** Of the dashboard, from its next start on; what `porthole viewer --port` overrides. */
  port: z
    .number()
    .int()
    .min(DASHBOARD_PORT_LIMITS.min)
    .max(DASHBOARD_PORT_LIMITS.max)
    .default(DEFAULT_DASHBOARD_PORT),
  /** Which browser a terminal opens. */
  browser: z.enum(BROWSERS).default('default'),
  /** Of the dashboard. */
  theme: z.enum(THEMES).default('system'),
};

/** Complete, defaults filled in. */
export const settingsSchema = z.strictObject(settingsFields);
export type Settings = z.infer<typeof settingsSchema>;

/** What each may be, in words that follow "must be". */
export const SETTING_WORDS: Readonly<Record<keyof Settings, string>> = {
  graceS: `a number of seconds from ${GRACE_LIMITS_S.min} to ${GRACE_LIMITS_S.max}`,
  port: `a port from ${DASHBOARD_PORT_LIMITS.min} to ${DASHBOARD_PORT_LIMITS.max}`,
  browser: `one of ${BROWSERS.join(', ')}`,
  theme: `one of ${THEMES.join(', ')}`,
};
