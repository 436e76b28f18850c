import * as z from 'zod';
import {
  BROWSERS,
  DASHBOARD_PORT_LIMITS,
  GRACE_LIMITS_S,
  THEMES,
} from '../../../session/settings-schema.ts';

/** What the user has set once for all. */
export const settingsSchema = z.object({
  /** How long a viewer lives on when this machine is gone. */
  graceS: z.number().min(GRACE_LIMITS_S.min).max(GRACE_LIMITS_S.max),
  /** Of the dashboard; holds from its next start on. */
  port: z.number().int().min(DASHBOARD_PORT_LIMITS.min).max(DASHBOARD_PORT_LIMITS.max),
  /** Which browser a terminal's `porthole` opens. */
  browser: z.enum(BROWSERS),
  theme: z.enum(THEMES),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Only what changes. */
export const settingsChangeSchema = z.strictObject(settingsSchema.shape).partial();
export type SettingsChange = z.infer<typeof settingsChangeSchema>;
