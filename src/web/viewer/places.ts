import { formatAddress, type QueryValues } from '../kit/address.ts';

/** Addresses of the viewer's pages: the only place that knows how they are written. */
export const runsHref = (query: QueryValues = {}): string => formatAddress(['runs'], query);

/** Page of one run; `key` is the server's, opaque. */
export const runHref = (key: string, query: QueryValues = {}): string =>
  formatAddress(['run', ...key.split('/')], query);

/** Several runs beside each other. */
export const compareHref = (keys: readonly string[], query: QueryValues = {}): string =>
  formatAddress(['compare'], { run: keys, ...query });

export const systemHref = (): string => formatAddress(['system']);

export const artifactsHref = (): string => formatAddress(['artifacts']);

/** One artifact with its versions. */
export const artifactHref = (type: string, name: string): string =>
  formatAddress(['artifacts', type, name]);
