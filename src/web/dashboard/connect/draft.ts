import type { Auth, Target } from '../../../hub/api/contract.ts';

/** What is typed into the Connect form; never a secret. */
export interface ConnectDraft {
  /** Alias, name, address, `user@host`, or any of them with `:port`. */
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly auth: Auth['kind'];
  readonly keyPath: string;
  /** Whether port, user and sign-in are in sight. */
  readonly details: 'shown' | 'folded';
}

export const EMPTY_DRAFT: ConnectDraft = {
  ...{ host: '', port: '', user: '', auth: 'config', keyPath: '', details: 'folded' },
};

export type DraftField = 'host' | 'port' | 'user' | 'keyPath';

/** A draft as a target, or the first thing that is wrong with it. */
export type ReadDraft =
  | { readonly kind: 'target'; readonly target: Extract<Target, { kind: 'ssh' }> }
  | { readonly kind: 'problem'; readonly field: DraftField; readonly message: string };

/** What a draft asks for. The hub checks it again: this only spares the way there. */
export const readDraft = (draft: ConnectDraft): ReadDraft => {
  const { host, port } = splitPort(draft.host.trim());
  const hostProblem = problemOfHost(host);
  if (hostProblem !== null) return problem('host', hostProblem);
  const portText = draft.details === 'shown' && draft.port.trim() !== '' ? draft.port.trim() : port;
  const portProblem = problemOfPort(portText);
  if (portProblem !== null) return problem(portText === port ? 'host' : 'port', portProblem);
  const isShown = draft.details === 'shown';
  const user = isShown ? draft.user.trim() : '';
  if (/^-|[\s@]/.test(user))
    return problem('user', 'A user name has no space, no @ and no - first.');
  const keyPath = draft.keyPath.trim();
  if (isShown && draft.auth === 'key' && keyPath === '') {
    return problem('keyPath', 'Choose a key, or type the path of one.');
  }
  return {
    kind: 'target',
    target: {
      kind: 'ssh',
      host,
      port: portText === '' ? null : Number(portText),
      user: user === '' ? null : user,
      auth: isShown ? authOf(draft.auth, keyPath) : { kind: 'config' },
    },
  };
};

const problem = (field: DraftField, message: string): ReadDraft => ({
  ...{ kind: 'problem', field, message },
});

const authOf = (kind: Auth['kind'], path: string): Auth =>
  kind === 'key' ? { kind, path } : { kind };

/** `host:2222`, as it is written in chats. An IPv6 address has more colons, and stays whole. */
const splitPort = (text: string): { host: string; port: string } => {
  const [, host, port] = /^([^:]+):(\d*)$/.exec(text) ?? [];
  return host === undefined ? { host: text, port: '' } : { host, port: port ?? '' };
};

const LONGEST_HOST = 255;

const problemOfHost = (host: string): string | null => {
  if (host === '') return 'Where to? An alias of your ssh config, or user@host.';
  if (/^-|@-/.test(host)) return 'A host does not begin with "-".';
  if (/\s/.test(host)) return 'A host has no spaces in it.';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\u0000-\u001f\u007f]/.test(host)) return 'A host has no control characters in it.';
  return host.length > LONGEST_HOST
    ? `A host has at most ${LONGEST_HOST} characters; this has ${host.length}.`
    : null;
};

const problemOfPort = (port: string): string | null => {
  if (port === '') return null;
  const number = Number(port);
  return /^\d+$/.test(port) && number >= 1 && number <= 65_535
    ? null
    : 'A port is a number from 1 to 65535.';
};

/** The draft that asks for a target: to try again, with what was typed. */
export const draftOf = (target: Target): ConnectDraft => {
  if (target.kind === 'here') return EMPTY_DRAFT;
  const { host, port, user, auth } = target;
  const isPlain = port === null && user === null && auth.kind === 'config';
  return {
    host,
    port: port === null ? '' : String(port),
    user: user ?? '',
    auth: auth.kind,
    keyPath: auth.kind === 'key' ? auth.path : '',
    details: isPlain ? 'folded' : 'shown',
  };
};
