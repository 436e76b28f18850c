import type { Auth, Target } from '../../api/schema/target.ts';

/**
 * The host of a key of the store (`targetKey`), and the fields of the wizard that lead to it the same
 * way; null where it was opened with options that the wizard does not have. Pure.
 */
export const targetOfKey = (key: string): { host: string; target: Target | null } => {
  if (!key.startsWith('[')) return { host: key, target: plain(key) };
  const words = wordsOf(key);
  const [host = '', ...options] = words;
  const read: { port: number | null; user: string | null; key?: string; options: string[] } = {
    ...{ port: null, user: null, options: [] },
  };
  for (let at = 0; at + 1 < options.length; at += 2) {
    const value = options[at + 1] ?? '';
    switch (options[at]) {
      case '-p':
        read.port = Number(value);
        break;
      case '-l':
        read.user = value;
        break;
      case '-i':
        if (read.key !== undefined) return { host, target: null };
        read.key = value;
        break;
      case '-o':
        read.options.push(value);
        break;
      default:
        return { host, target: null };
    }
  }
  const auth = authOf(read.key, read.options);
  const { port, user } = read;
  return { host, target: auth === null ? null : { kind: 'ssh', host, port, user, auth } };
};

const plain = (host: string): Target => ({
  ...{ kind: 'ssh', host, port: null, user: null },
  auth: { kind: 'config' },
});

/** As `toSshTarget` writes them. */
const authOf = (key: string | undefined, options: readonly string[]): Auth | null => {
  if (options.includes('PreferredAuthentications=keyboard-interactive,password')) {
    return key === undefined ? { kind: 'password' } : null;
  }
  if (options.includes('IdentityFile=none')) return { kind: 'agent' };
  if (key !== undefined && options.includes('IdentitiesOnly=yes'))
    return { kind: 'key', path: key };
  return key === undefined && options.length === 0 ? { kind: 'config' } : null;
};

const wordsOf = (key: string): readonly string[] => {
  try {
    const words: unknown = JSON.parse(key);
    return Array.isArray(words) ? words.filter((word) => typeof word === 'string') : [];
  } catch {
    return [];
  }
};
