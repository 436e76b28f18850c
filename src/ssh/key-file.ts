import { readFile, stat } from 'node:fs/promises';
import { singleLine } from '../core/text.ts';

/** What a file is as a private key. Nothing of what is in it is kept. */
export interface KeyFile {
  readonly kind:
    | 'private-key'
    | 'public-key'
    | 'not-a-key'
    | 'directory'
    | 'missing'
    | 'unreadable';
  /** `ed25519`, `rsa`, ...; null where the file does not tell. */
  readonly type: string | null;
  /** Whether it asks for a passphrase; null where it does not tell. */
  readonly encrypted: boolean | null;
  /** Others may read it: ssh refuses such a key. */
  readonly tooOpen: boolean;
  /** From its public half. */
  readonly comment: string | null;
}

const NO_KEY = { type: null, encrypted: null, tooOpen: false, comment: null } as const;

/** The largest keys come to some ten kilobytes. */
const MAX_KEY_BYTES = 64 * 1024;

/** Looks at a file that is to be used by `-i`. */
export const lookAtKey = async (path: string): Promise<KeyFile> => {
  let mode: number;
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) return { ...NO_KEY, kind: 'directory' };
    if (!facts.isFile() || facts.size > MAX_KEY_BYTES) return { ...NO_KEY, kind: 'not-a-key' };
    mode = facts.mode;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    return { ...NO_KEY, kind: isMissing ? 'missing' : 'unreadable' };
  }
  let text: string;
  try {
    text = await readFile(path, 'latin1');
  } catch {
    return { ...NO_KEY, kind: 'unreadable' };
  }
  const known = parseKey(text);
  if (known.kind !== 'private-key') return { ...NO_KEY, ...known };
  const half = await readFile(`${path}.pub`, 'utf8').catch(() => '');
  const public_ = parseKey(half);
  return {
    kind: 'private-key',
    type: known.type ?? public_.type,
    encrypted: known.encrypted,
    // sshkey_perm_ok of OpenSSH: nothing for group and others.
    tooOpen: (mode & 0o077) !== 0,
    comment: public_.comment,
  };
};

type ParsedKey = Pick<KeyFile, 'kind' | 'type' | 'encrypted' | 'comment'>;

/** Tells a key by its text. Pure. */
export const parseKey = (text: string): ParsedKey => {
  const none = { type: null, encrypted: null, comment: null };
  const line = /^(?:ssh|ecdsa|sk-(?:ssh|ecdsa))-\S+ [A-Za-z0-9+/]{20,}={0,2}(?: (.*))?/.exec(text);
  if (line !== null) {
    const type = typeOf(text.slice(0, text.indexOf(' ')));
    const comment = singleLine(line[1] ?? '').slice(0, 200) || null;
    return { ...none, kind: 'public-key', type, comment };
  }
  const label = /^-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----/m.exec(text)?.[1]?.trim();
  if (label === undefined) return { ...none, kind: 'not-a-key' };
  if (label === 'OPENSSH') return { ...none, kind: 'private-key', ...parseOpenSsh(text) };
  const encrypted = label === 'ENCRYPTED' || /^Proc-Type: 4,ENCRYPTED/m.test(text);
  return { ...none, kind: 'private-key', type: PEM_TYPES[label] ?? null, encrypted };
};

const PEM_TYPES: Readonly<Record<string, string>> = { RSA: 'rsa', DSA: 'dsa', EC: 'ecdsa' };

/** `ssh-ed25519` -> `ed25519`, `ecdsa-sha2-nistp256` -> `ecdsa`, `sk-ssh-ed25519@openssh.com` -> `ed25519-sk`. */
const typeOf = (name: string): string => {
  const plain = name.replace(/@.*$/, '').replace(/^sk-/, '').replace(/^ssh-/, '');
  const type = plain.startsWith('ecdsa') ? 'ecdsa' : plain;
  return name.startsWith('sk-') ? `${type}-sk` : type;
};

/** The head of PROTOCOL.key: magic, cipher, kdf, its options, number of keys, the first public key. */
const parseOpenSsh = (text: string): Pick<KeyFile, 'type' | 'encrypted'> => {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1];
  const bytes = Buffer.from(body ?? '', 'base64');
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return { type: null, encrypted: null };
  let at = MAGIC.length;
  const next = (): Buffer => {
    if (at + 4 > bytes.length) return Buffer.alloc(0);
    const size = bytes.readUInt32BE(at);
    const field = bytes.subarray(at + 4, at + 4 + size);
    at += 4 + size;
    return field;
  };
  const cipher = next().toString('latin1');
  next();
  next();
  at += 4;
  const key = next();
  const size = key.length >= 4 ? key.readUInt32BE(0) : 0;
  const name = key.toString('latin1', 4, 4 + size);
  return { type: /^[\w@.-]{3,64}$/.test(name) ? typeOf(name) : null, encrypted: cipher !== 'none' };
};

const MAGIC = 'openssh-key-v1\0';
