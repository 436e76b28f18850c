import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ErrorCode, PortholeError } from '../../src/core/errors.ts';
import { suggestAlias } from '../../src/ssh/suggest-alias.ts';

let home: string;
let configFile: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ph-suggest-'));
  configFile = join(home, 'config');
  await writeFile(configFile, 'Host gpu-server\nHost wrong-name\n HostName nowhere.invalid\n');
});
afterAll(() => rm(home, { recursive: true }));

const hintFor = async (host: string, code: ErrorCode = 'host-unresolvable') => {
  const error = new PortholeError({ code, message: 'fact', hint: 'as before', output: 'ssh: ...' });
  const suggested = await suggestAlias(error, { host, configFile }, home);
  expect(suggested).toMatchObject({ code, message: 'fact', output: 'ssh: ...' });
  return suggested.hint;
};

test('the alias that was probably meant is suggested, with the user that was named', async () => {
  expect(await hintFor('gpu-sevrer')).toContain('Did you mean "gpu-server"?');
  expect(await hintFor('ada@gpu-sever')).toContain('Did you mean "ada@gpu-server"?');
});

test('no alias is suggested for a name that is nothing like one, or is one, or failed otherwise', async () => {
  expect(await hintFor('production')).toBe('as before');
  expect(await hintFor('wrong-name')).toBe('as before');
  expect(await hintFor('ada@gpu-server')).toBe('as before');
  expect(await hintFor('gpu-sevrer', 'connection-refused')).toBe('as before');
});
