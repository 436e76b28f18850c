import type { SiteData } from './gateway/gateway.ts';
import type { Plan } from './plan.ts';

/** What a local port showed: a viewer, its version, and the server by its `targetKey`. */
export const portOwnerOf = (key: string, plan: Pick<Plan, 'viewer' | 'viewerVersion'>): string =>
  `${plan.viewer.id} ${plan.viewerVersion} on ${key}`;

/**
 * What becomes of that which the browser kept of a port. A page of another version, or of a program
 * that served there before porthole, must not come out of its cache; what people set in a viewer stays
 * theirs, and is nothing for another viewer or another server's.
 *
 * @param last owner of the port before, where porthole knows of one
 */
export const siteDataFor = (last: string | undefined, now: string): SiteData => {
  if (last === now) return 'keep';
  return last === undefined || withoutVersion(last) === withoutVersion(now)
    ? 'clear-cache'
    : 'clear';
};

const withoutVersion = (owner: string): string => owner.replace(/ \S+ on /, ' on ');
