import type { Host, Resolved } from '../../../hub/api/contract.ts';
import type { Suggestion } from '../../kit/combobox.tsx';
import { counted } from '../../kit/format.ts';
import { describeRoute } from './describe-route.ts';

/** As many as are looked through at a glance; more are a matter of typing on. */
const MOST = 40;

/** What the Connect field offers for what is typed. */
export interface HostSuggestions {
  readonly suggestions: readonly Suggestion[];
  readonly note: string | undefined;
}

/**
 * Hosts that fit, those that begin with the text first, otherwise in the hub's order: saved ones,
 * those used last, the ssh config.
 */
export const suggestHosts = (
  hosts: readonly Host[],
  text: string,
  resolvedOf: (host: string) => Resolved | undefined,
): HostSuggestions => {
  const wanted = text.trim().toLowerCase();
  const fits = (host: Host): number => {
    const name = host.host.toLowerCase();
    if (name.startsWith(wanted)) return 0;
    if (name.includes(wanted)) return 1;
    if (host.saved.some((saved) => saved.toLowerCase().includes(wanted))) return 1;
    return resolvedOf(host.host)?.hostname.toLowerCase().includes(wanted) === true ? 2 : 3;
  };
  const ranked = hosts
    .map((host) => ({ host, rank: fits(host) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank);
  // Typed as a whole: there is nothing left to complete.
  if (ranked.length === 1 && ranked[0]?.host.host === text.trim()) {
    return { suggestions: [], note: undefined };
  }
  const suggestions = ranked.slice(0, MOST).map(({ host }) => ({
    value: host.host,
    icon: host.saved.length > 0 ? 'pin' : host.lastUsedAt !== null ? 'restore' : 'terminal',
    detail: detailOf(host, resolvedOf(host.host)),
  })) satisfies readonly Suggestion[];
  const more = ranked.length - suggestions.length;
  return {
    suggestions,
    note: more > 0 ? `${counted(more, 'more host')}: type on to find them.` : undefined,
  };
};

const detailOf = ({ alias, saved }: Host, resolved: Resolved | undefined): string => {
  if (resolved !== undefined) return describeRoute(resolved);
  if (saved.length > 0) return `saved as ${saved.join(', ')}`;
  return alias === null ? 'used before' : '';
};
