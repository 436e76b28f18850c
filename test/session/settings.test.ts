import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings, SETTINGS_FILE, saveSettings } from '../../src/session/settings.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-settings-'));
});
afterEach(() => rm(directory, { recursive: true }));

const DEFAULTS = { graceS: 120, port: 23_300, browser: 'default', theme: 'system' } as const;

const write = (text: string) => writeFile(join(directory, SETTINGS_FILE), text);

describe('the settings', () => {
  test('are the defaults where there is no file', async () => {
    expect(await loadSettings(join(directory, 'not there'))).toEqual(DEFAULTS);
  });

  test('hold what the file says, and the defaults for what it leaves out', async () => {
    await write('{"graceS": 600}');
    expect(await loadSettings(directory)).toEqual({ ...DEFAULTS, graceS: 600 });
    await write('{}');
    expect(await loadSettings(directory)).toEqual(DEFAULTS);
  });

  test('come back as they were saved, in a file for this user alone', async () => {
    await saveSettings(join(directory, 'new'), { ...DEFAULTS, graceS: 30 });
    expect(await loadSettings(join(directory, 'new'))).toEqual({ ...DEFAULTS, graceS: 30 });
    expect(await readFile(join(directory, 'new', SETTINGS_FILE), 'utf8')).toMatch(/\n$/);
  });

  test.each([
    ['{', /settings\.json: it is not JSON \(.+\)\.$/],
    ['[]', /: it must be an object such as \{"graceS": 120\}\.$/],
    ['{"graceS": "2 min"}', /: "graceS" must be a number of seconds from 2 to 604800\.$/],
    ['{"graceS": 1}', /: "graceS" must be a number of seconds from 2 to 604800\.$/],
    ['{"port": 70000}', /: "port" must be a port from 1024 to 65535\.$/],
    ['{"browser": "lynx"}', /: "browser" must be one of default, chrome, /],
    ['{"graces": 5}', /: there is no setting "graces"; did you mean "graceS"\.$/],
    ['{"color": 5}', /: there is no setting "color"\.$/],
  ])('%s is refused with the file, the fact and the way out', async (text, message) => {
    await write(text);
    await expect(loadSettings(directory)).rejects.toMatchObject({
      code: 'settings-invalid',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('defaults'),
    });
  });

  test('in a file that cannot be read are refused too', async () => {
    await mkdir(join(directory, SETTINGS_FILE));
    await expect(loadSettings(directory)).rejects.toMatchObject({ code: 'settings-invalid' });
  });
});
