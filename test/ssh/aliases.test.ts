import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listAliases, nearestAlias } from '../../src/ssh/aliases.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ph-aliases-'));
});

afterEach(async () => {
  await rm(home, { recursive: true });
});

const write = async (name: string, text: string): Promise<string> => {
  const file = join(home, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
};

const list = (more = {}) => listAliases({ home, systemFile: join(home, 'system'), ...more });
const names = async (more = {}) => (await list(more)).map(({ alias }) => alias);

test('every alias is listed with its file and line, first mention only', async () => {
  const file = await write('.ssh/config', '# mine\nHost one two\n  User x\nHost three one\n');
  const system = await write('system', 'Host four two\n');
  expect(await list()).toEqual([
    { alias: 'one', file, line: 2 },
    { alias: 'two', file, line: 2 },
    { alias: 'three', file, line: 4 },
    { alias: 'four', file: system, line: 1 },
  ]);
});

test('patterns, negations, and what could not be given to porthole are left out', async () => {
  await write('.ssh/config', 'Host * gpu-? !bad "with space" -dash good\nMatch host other\n');
  expect(await names()).toEqual(['good']);
});

test('every spelling of ssh is read: case, equals sign, quotes, tabs, indents and comments', async () => {
  await write(
    '.ssh/config',
    'host=a\n\tHOST\tb\n  Host = "c" d # not-this\nHostName no\nHostKeyAlias no\r\nHost e\r\n',
  );
  expect(await names()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('Include is followed by glob, tilde and relative path, also inside a block and nested', async () => {
  await write('.ssh/config', 'Include conf.d/*.conf ~/work/x\nHost last\n  Include inner\n');
  await write('.ssh/conf.d/b.conf', 'Host b\n');
  await write('.ssh/conf.d/a.conf', 'Host a\nInclude deeper/c\n');
  await write('.ssh/conf.d/.hidden.conf', 'Host hidden\n');
  await write('.ssh/conf.d/note.txt', 'Host note\n');
  await write('.ssh/deeper/c', 'Host c\n');
  await write('.ssh/inner', 'Host inner\n');
  await write('work/x', 'Host x\n');
  expect(await names()).toEqual(['a', 'c', 'b', 'x', 'last', 'inner']);
});

test('character classes in a glob match as in a shell', async () => {
  await write('.ssh/config', 'Include [ab].c? [!x]z [z-a]* p-+(1)*\n');
  for (const name of ['a.c1', 'b.cx', 'c.c1', 'a.c', 'yz', 'xz', 'p-+(1).d'])
    await write(`.ssh/${name}`, `Host ${name}\n`);
  expect(await names()).toEqual(['a.c1', 'b.cx', 'yz', 'p-+(1).d']);
});

test('files that include each other end', async () => {
  await write('.ssh/config', 'Host one\nInclude other\n');
  await write('.ssh/other', 'Host two\nInclude config\nInclude config\n');
  expect(await names()).toEqual(['one', 'two']);
});

test('a broken line spoils no other', async () => {
  await write('.ssh/config', 'Host "unclosed\nHost\nHost fine\nInclude missing-file\n');
  expect(await names()).toEqual(['fine']);
});

test('-F is read alone, and its relative includes lie in ~/.ssh', async () => {
  await write('.ssh/config', 'Host mine\n');
  await write('.ssh/part', 'Host part\n');
  const configFile = await write('elsewhere/config', 'Host given\nInclude part\n');
  expect(await names({ configFile })).toEqual(['given', 'part']);
});

test('a missing -F is an error, missing own files are not', async () => {
  expect(await list()).toEqual([]);
  await expect(list({ configFile: join(home, 'missing') })).rejects.toMatchObject({
    code: 'ssh-config-invalid',
  });
});

test('the nearest alias is suggested for a typing error only', async () => {
  await write('.ssh/config', 'Host gpu-server cpu-farm\n');
  const aliases = await list();
  expect(nearestAlias('gpu-sevrer', aliases)).toBe('gpu-server');
  expect(nearestAlias('something-else', aliases)).toBeUndefined();
});
