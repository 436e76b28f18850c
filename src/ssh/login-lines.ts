import { singleLine } from '../core/text.ts';

/** What ssh tells of a login under LogLevel=DEBUG1, as far as it got. */
export interface LoginSigns {
  /** What the server calls itself, e.g. `OpenSSH_9.2p1 Debian-2`. */
  readonly serverVersion?: string;
  /** Type and fingerprint, e.g. `ssh-ed25519 SHA256:...`. */
  readonly hostKey?: string;
  /** `FILE:LINE` of the known_hosts file that holds it, or in words that no file does. */
  readonly hostKeyKnown?: string;
  /** What the server accepts, as it said first. */
  readonly accepts: readonly string[];
  /** Methods in the order in which ssh tried them. */
  readonly tried: readonly string[];
  /** Keys that were offered: file or comment, type, fingerprint. */
  readonly keys: readonly string[];
  /** Methods that were right, where the server then wanted another one as well. */
  readonly halfway: readonly string[];
  /** The method that did it. */
  readonly authenticatedBy?: string;
}

export const NO_SIGNS: LoginSigns = { accepts: [], tried: [], keys: [], halfway: [] };

/** A server may ask for ever, and an agent may hold hundreds of keys. */
const MAX_LISTED = 50;

/** The signs with one more line of ssh's stderr taken in; the same object where it tells nothing. */
export const readLoginLine = (signs: LoginSigns, line: string): LoginSigns => {
  const text = singleLine(line);
  for (const { pattern, take } of ROWS) {
    const match = pattern.exec(text);
    if (match !== null) return take(signs, match[1] ?? '', match[2] ?? '');
  }
  return signs;
};

interface Row {
  readonly pattern: RegExp;
  take(signs: LoginSigns, first: string, second: string): LoginSigns;
}

/** Texts of OpenSSH 8.4 to 10. */
const ROWS: readonly Row[] = [
  {
    pattern: /^debug1: Remote protocol version \S+, remote software version (.+)$/,
    take: (signs, serverVersion) => ({ ...signs, serverVersion }),
  },
  {
    pattern: /^debug1: Server host (?:key|certificate): (\S+ \S+)/,
    take: (signs, hostKey) => ({ ...signs, hostKey }),
  },
  {
    pattern: /^debug1: Found (?:key|CA key|certificate) in (.+:\d+)$/,
    take: (signs, hostKeyKnown) => ({ ...signs, hostKeyKnown }),
  },
  {
    pattern: /^debug1: Authentications that can continue: (.*)$/,
    take: (signs, list) =>
      signs.accepts.length > 0 ? signs : { ...signs, accepts: list.split(',') },
  },
  {
    pattern: /^debug1: Next authentication method: (\S+)$/,
    take: (signs, method) => ({ ...signs, tried: added(signs.tried, method) }),
  },
  {
    pattern: /^debug1: Offering public key: (.+?)(?: explicit| agent| token)*$/,
    take: (signs, key) => ({ ...signs, keys: added(signs.keys, key) }),
  },
  {
    // Before OpenSSH 8.6 without the method, which is then the one that was tried last.
    pattern: /^Authenticated (?:using "([^"]+)" )?with partial success\.$/,
    take: (signs, method) => ({
      ...signs,
      halfway: added(signs.halfway, method || (signs.tried.at(-1) ?? '')),
    }),
  },
  {
    pattern: /^Authenticated to .* using "([^"]+)"\.?$/,
    take: (signs, authenticatedBy) => ({ ...signs, authenticatedBy }),
  },
  {
    pattern: /^debug1: Authentication succeeded \(([^)]+)\)/,
    take: (signs, authenticatedBy) => ({ ...signs, authenticatedBy }),
  },
];

const added = (list: readonly string[], one: string): readonly string[] =>
  list.includes(one) || list.length >= MAX_LISTED ? list : [...list, one];
