import type { Route } from '../../../hub/api/contract.ts';

/** The way ssh takes, in a few words: `anna@10.0.0.5:2222 via bastion`. */
export const describeRoute = ({ hostname, user, port, jumpHosts, proxyCommand }: Route): string => {
  const address = hostname.includes(':') ? `[${hostname}]` : hostname;
  const place = `${user}@${address}${port === 22 ? '' : `:${port}`}`;
  if (jumpHosts.length > 0) return `${place} via ${jumpHosts.join(', ')}`;
  return proxyCommand === null ? place : `${place} via ${proxyCommand}`;
};
