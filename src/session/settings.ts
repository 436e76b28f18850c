import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import { writeFileAtomically } from '../core/atomic-file.ts';
import { PortholeError } from '../core/errors.ts';
import { nearest, singleLine } from '../core/text.ts';
import { SETTING_WORDS, type Settings, settingsFields, settingsSchema } from './settings-schema.ts';

/** The file in porthole's directory of settings. */
export const SETTINGS_FILE = 'settings.json';

/**
 * Reads the settings; without a file they are the defaults.
 *
 * @throws PortholeError `settings-invalid` with the file, the field and what it may be
 */
export const loadSettings = async (directory: string): Promise<Settings> => {
  const path = join(directory, SETTINGS_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return settingsSchema.parse({});
    throw invalid(path, message, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(path, `it is not JSON (${singleLine((error as Error).message)})`, error);
  }
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(path, parsed.error.issues.map(describeIssue).join('; '), parsed.error);
};

/** Replaces the settings as a whole. */
export const saveSettings = (directory: string, settings: Settings): Promise<void> =>
  writeFileAtomically(
    join(directory, SETTINGS_FILE),
    `${JSON.stringify(settings, undefined, 2)}\n`,
  );

const describeIssue = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(describeUnknown).join('; ');
  const field = issue.path.map(String).join('.');
  const where = field === '' ? 'it' : `"${singleLine(field)}"`;
  return isSetting(field)
    ? `${where} must be ${SETTING_WORDS[field]}`
    : `${where} must be an object such as {"graceS": 120}`;
};

const isSetting = (field: string): field is keyof Settings => Object.hasOwn(SETTING_WORDS, field);

const describeUnknown = (key: string): string => {
  const near = nearest(key, Object.keys(settingsFields));
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `there is no setting "${singleLine(key)}"${hint}`;
};

const invalid = (path: string, problem: string, cause: unknown): PortholeError =>
  new PortholeError({
    code: 'settings-invalid',
    message: `Cannot use the settings in ${path}: ${problem.replace(/[.?]+$/, '')}.`,
    hint: 'Mend the file, or remove it to have the defaults again.',
    cause,
  });
