import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAgentKeys } from '../../src/ssh/agent-keys.ts';
import { lookAtKey, parseKey } from '../../src/ssh/key-file.ts';
import { runOrThrow } from '../lab/run.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-keys-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const make = async (name: string, args: readonly string[]) => {
  const file = join(directory, name);
  await runOrThrow({ file: 'ssh-keygen', args: ['-q', '-C', `of ${name}`, '-f', file, ...args] });
  return file;
};

describe('a key that ssh-keygen has made', () => {
  test.each([
    ['plain', ['-t', 'ed25519', '-N', ''], 'ed25519', false],
    ['guarded', ['-t', 'ed25519', '-a', '1', '-N', 'secret'], 'ed25519', true],
    ['rsa', ['-t', 'rsa', '-b', '2048', '-N', ''], 'rsa', false],
    ['pem', ['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', ''], 'rsa', false],
    ['pem-guarded', ['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', 'secret'], 'rsa', true],
    ['pkcs8-guarded', ['-t', 'ecdsa', '-m', 'PKCS8', '-N', 'secret'], 'ecdsa', true],
  ])('is told by its file: %s', async (name, args, type, encrypted) => {
    const found = await lookAtKey(await make(name, args));
    const comment = `of ${name}`;
    expect(found).toEqual({ kind: 'private-key', type, encrypted, tooOpen: false, comment });
  });

  test('is too open where group or others may read it, as ssh has it', async () => {
    const file = await make('open', ['-t', 'ed25519', '-N', '']);
    await chmod(file, 0o640);
    expect(await lookAtKey(file)).toMatchObject({ kind: 'private-key', tooOpen: true });
    expect(await lookAtKey(`${file}.pub`)).toMatchObject({ kind: 'public-key', type: 'ed25519' });
  });
});

test('what is no key is told from what is not there', async () => {
  const file = join(directory, 'notes');
  await writeFile(file, 'ssh-ed25519 is a type of key');
  expect((await lookAtKey(file)).kind).toBe('not-a-key');
  expect((await lookAtKey(directory)).kind).toBe('directory');
  expect((await lookAtKey(join(directory, 'none'))).kind).toBe('missing');
  expect((await lookAtKey(join(file, 'below'))).kind).toBe('missing');
});

test('a key whose inside is cut short tells nothing, and does no harm', () => {
  const head = Buffer.from('openssh-key-v1\0\0\0\0\xff', 'latin1').toString('base64');
  const text = `-----BEGIN OPENSSH PRIVATE KEY-----\n${head}\n-----END OPENSSH PRIVATE KEY-----\n`;
  expect(parseKey(text)).toMatchObject({ kind: 'private-key', type: null });
});

test('the keys of an agent are read from what ssh-add lists', () => {
  const text = [
    '256 SHA256:abc+/x ada@laptop (ED25519)',
    '3072 SHA256:def /home/ada/.ssh/id rsa \u001b[31m (RSA)',
    'The agent has no identities.',
  ].join('\n');
  expect(parseAgentKeys(text)).toEqual([
    { bits: 256, fingerprint: 'SHA256:abc+/x', comment: 'ada@laptop', type: 'ED25519' },
    {
      bits: 3072,
      fingerprint: 'SHA256:def',
      comment: '/home/ada/.ssh/id rsa \u241b[31m',
      type: 'RSA',
    },
  ]);
});
