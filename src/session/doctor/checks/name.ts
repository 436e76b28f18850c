import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isFailure, PortholeError } from '../../../core/errors.ts';
import { suggestAlias } from '../../../ssh/suggest-alias.ts';
import type { Bench } from '../bench.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';

type Facts =
  | { readonly kind: 'program' }
  | {
      readonly kind: 'found';
      readonly hostname: string;
      readonly addresses: readonly string[];
      readonly isJump: boolean;
    };

const LIMIT_MS = 15_000;

/** The name of the machine that ssh dials: the host's own, or that of its first jump host. */
export const name = defineCheck<Facts>({
  id: 'name',
  title: 'name',
  needs: ['config'],
  byHand: (bench) => bench.sshLine(['-v'], 'true'),
  look: async (bench) => {
    const hop = await bench.firstHop();
    if (hop.kind === 'program') return hop;
    const { hostname } = hop;
    const isJump = hop.jumps.length > 0;
    return {
      kind: 'found',
      hostname,
      addresses: await addressesOf(hostname, isJump, bench),
      isJump,
    };
  },
  judge: (facts) => judgeName(facts),
});

export const judgeName = (facts: Facts): Finding => {
  if (facts.kind === 'program') {
    return { verdict: 'ok', fact: 'left to the ProxyCommand of the ssh config' };
  }
  const { hostname, addresses, isJump } = facts;
  const what = isJump ? `jump host ${hostname}` : hostname;
  if (isIP(hostname) !== 0) return { verdict: 'ok', fact: `${what} is an address` };
  const several = mayBeSeveral(addresses)
    ? ` (${addresses.length} addresses: several machines?)`
    : '';
  return { verdict: 'ok', fact: `${what} is ${addresses.slice(0, 4).join(', ')}${several}` };
};

/** One machine has an address of each kind as a rule, and not two of the same. */
const mayBeSeveral = (addresses: readonly string[]): boolean =>
  [4, 6].some((version) => addresses.filter((one) => isIP(one) === version).length > 1);

/** As getaddrinfo tells, which ssh asks, too. @throws PortholeError `host-unresolvable` */
const addressesOf = async (
  hostname: string,
  isJump: boolean,
  { target, home, within }: Bench,
): Promise<readonly string[]> => {
  const signal = within(LIMIT_MS, 'the name service');
  try {
    const asked = lookup(hostname, { all: true });
    const found = await Promise.race([asked, rejectOn(signal)]);
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    if (isFailure(error, 'interrupted')) throw error;
    throw await suggestAlias(unresolvable(hostname, isJump, target.host, error), target, home);
  }
};

const unresolvable = (
  hostname: string,
  isJump: boolean,
  host: string,
  cause: unknown,
): PortholeError => {
  const late = isFailure(cause, 'connection-timeout') ? ' (the name service does not answer)' : '';
  const what = isJump
    ? `Cannot reach ${host}: the name of its jump host ${hostname} cannot be resolved`
    : `Cannot find ${host}: ${`@${host}`.endsWith(`@${hostname}`) ? 'the name' : `the name ${hostname}`} cannot be resolved`;
  return new PortholeError({
    code: isJump ? 'jump-host-failed' : 'host-unresolvable',
    message: `${what}${late}.`,
    hint: 'Check the spelling (`porthole hosts` lists your aliases), the network and the VPN.',
    cause,
  });
};

const rejectOn = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
