import { PortholeError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { loadSettings, saveSettings } from '../../session/settings.ts';
import { type Settings, settingsSchema } from '../../session/settings-schema.ts';
import type { SettingsChange } from '../api/schema/settings.ts';
import type { Change } from '../api/schema/state.ts';

/** The settings, as the dashboard shows and changes them. */
export interface SettingsDesk {
  current(): Settings;
  /** @throws PortholeError `settings-invalid` where the file on the disk is damaged: it is not written over */
  change(changes: SettingsChange): Promise<Settings>;
}

export interface SettingsDeskInput {
  readonly directory: string;
  readonly logger: Logger;
  readonly publish: (change: Change) => void;
}

/** Reads the settings; where they cannot be used, the defaults hold until the file is mended. */
export const openSettings = async (input: SettingsDeskInput): Promise<SettingsDesk> => {
  const { directory, logger, publish } = input;
  let settings = await loadSettings(directory).catch((error: unknown) => {
    if (!(error instanceof PortholeError)) throw error;
    logger.warn(`${error.message} The defaults are used.`);
    return settingsSchema.parse({});
  });
  let last: Promise<unknown> = Promise.resolve();

  const apply = async (changes: SettingsChange): Promise<Settings> => {
    // Read again: it may have been changed by hand meanwhile.
    const next = { ...(await loadSettings(directory)), ...withoutUndefined(changes) };
    await saveSettings(directory, next);
    settings = next;
    publish({ kind: 'settings', settings });
    return next;
  };

  return {
    current: () => settings,
    change: (changes) => {
      const changed = last.then(() => apply(changes));
      last = changed.catch(() => undefined);
      return changed;
    },
  };
};

const withoutUndefined = (changes: SettingsChange): Partial<Settings> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
