import type { SiteData } from './gateway/gateway.ts';
import type { Plan } from './plan.ts';

/** What a local port showed: a viewer, its version, and the server by its `targetKey`. */
export const portOwnerOf = (key: string, plan: Pick<Plan, 'viewer' | 'viewerVersion'>): string =>
  `${plan.viewer.id} ${plan.viewerVersion} on ${key}`;

/**
 * What becomes of that which the browser stored for a port: what people set in a viewer stays theirs,
 * whatever its version, and is nothing for another viewer or another server's.
 *
 * @param last owner of the port before, where porthole knows of one
 */
export const siteDataFor = (last: string | undefined, now: string): SiteData =>
  last === undefined || withoutVersion(last) === withoutVersion(now) ? 'keep' : 'clear';

const withoutVersion = (owner: string): string => owner.replace(/ \S+ on /, ' on ');
