import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLIENT_KEY_FILE, KNOWN_HOSTS_FILE } from './client-config.ts';
import { runOrThrow } from './run.ts';
import { AUTHORIZED_KEYS_FILE, HOST_KEY_FILE } from './sshd-config.ts';

/** What known_hosts says of the lab: its key, nothing, or another key. */
export type KnownHosts = 'known' | 'unknown' | 'changed';

/** Makes the pair of the server and that of the client, and lets the client's in. */
export const makeKeys = async (directory: string, keyPassphrase: string): Promise<void> => {
  await Promise.all([
    makeKeyPair(join(directory, HOST_KEY_FILE), ''),
    makeKeyPair(join(directory, CLIENT_KEY_FILE), keyPassphrase),
  ]);
  const publicKey = await readFile(join(directory, `${CLIENT_KEY_FILE}.pub`), 'utf8');
  await writeFile(join(directory, AUTHORIZED_KEYS_FILE), publicKey);
};

/** Writes what the client believes of the server on `port`. */
export const writeKnownHosts = async (
  directory: string,
  port: number,
  knownHosts: KnownHosts,
): Promise<void> => {
  // The client's own key serves as the other one.
  const file = knownHosts === 'changed' ? CLIENT_KEY_FILE : HOST_KEY_FILE;
  const publicKey = await readFile(join(directory, `${file}.pub`), 'utf8');
  const line = knownHosts === 'unknown' ? '' : `[127.0.0.1]:${port} ${publicKey}`;
  await writeFile(join(directory, KNOWN_HOSTS_FILE), line);
};

const makeKeyPair = async (file: string, passphrase: string): Promise<void> => {
  // One round of key stretching: the passphrase guards nothing, the test waits for it.
  const args = ['-q', '-t', 'ed25519', '-a', '1', '-N', passphrase, '-C', 'lab', '-f', file];
  await runOrThrow({ file: 'ssh-keygen', args });
};
