import * as z from 'zod';

/** Which browser a terminal's `porthole` opens. */
export const BROWSERS = ['default', 'chrome', 'edge', 'firefox', 'none'] as const;

export const settingsSchema = z.object({
  /** Of the dashboard; holds from its next start on. */
  port: z.number().int().min(1024).max(65_535),
  browser: z.enum(BROWSERS),
  /** How long a viewer lives on when this machine is gone, for what is opened from the dashboard. */
  graceS: z.number().int().min(2).max(604_800),
  theme: z.enum(['system', 'light', 'dark']),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Only what changes. */
export const settingsChangeSchema = z.strictObject({ ...settingsSchema.shape }).partial();
export type SettingsChange = z.infer<typeof settingsChangeSchema>;
