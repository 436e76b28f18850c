import { type ResolvedHost, type ResolveHostInput, resolveHost } from './resolve-host.ts';
import type { SshTarget } from './target.ts';

/** Where ssh's first step goes: a machine that it dials itself, or a program that dials for it. */
export type FirstHop =
  | {
      readonly kind: 'dialled';
      readonly hostname: string;
      readonly port: number;
      /** Jump hosts in the order of the way, the dialled one first; none where the host itself is dialled. */
      readonly jumps: readonly string[];
    }
  | { readonly kind: 'program'; readonly jumps: readonly string[] };

/** As OpenSSH: a chain of jump hosts that leads back to itself has no end. */
const MAX_HOPS = 8;

/**
 * Follows ProxyJump from the host to the machine that is dialled, as ssh does: the first jump host of a
 * list may have one of its own in the configuration.
 *
 * @throws PortholeError `ssh-config-invalid`, `invalid-host`
 */
export const findFirstHop = async (
  input: ResolveHostInput,
  resolved: ResolvedHost,
): Promise<FirstHop> => {
  let at = resolved;
  let jumps: readonly string[] = [];
  for (let hop = 0; hop < MAX_HOPS && at.proxyJump !== undefined; hop++) {
    const list = at.proxyJump.split(',').map((one) => one.trim());
    jumps = [...list, ...jumps];
    at = await resolveHost({ ...input, target: jumpTarget(list[0] ?? '', input.target) });
  }
  return at.proxyCommand === undefined
    ? { kind: 'dialled', hostname: at.hostname, port: at.port, jumps }
    : { kind: 'program', jumps };
};

/** `[user@]host[:port]` or `ssh://[user@]host[:port]`; of the options only -F reaches a jump host. */
export const jumpTarget = (words: string, { configFile }: SshTarget): SshTarget => {
  const plain = words.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const [, login = '', host = plain, port] =
    /^(.*@)?(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(plain) ?? [];
  return {
    host: login + host.replace(/^\[(.*)\]$/, '$1'),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(configFile === undefined ? {} : { configFile }),
  };
};
