import type { Server } from 'node:http';
import { PortholeError } from '../../core/errors.ts';

/** Which local port is wanted. */
export type PortWish =
  /** From `firstPort` upwards, the first that is free. */
  | { readonly kind: 'any' }
  /** The remembered one, else as `any`. */
  | { readonly kind: 'preferred'; readonly port: number }
  /** This one or none (`--port`). */
  | { readonly kind: 'exact'; readonly port: number };

/** A port that is ours on both loopback addresses. */
export interface LoopbackPort {
  readonly port: number;
  /** One for 127.0.0.1 and, but on a machine without IPv6, one for ::1. */
  readonly servers: readonly Server[];
}

/** First port of the gateways. */
export const FIRST_GATEWAY_PORT = 8081;

/** After this many taken ports in a row something else is wrong. */
const MAX_ATTEMPTS = 500;

/**
 * Listens on 127.0.0.1 and ::1 at one port. Both or none: browsers try ::1 first, so a stranger
 * there would be handed the token. IPv4 alone only where the machine has no IPv6.
 *
 * @throws PortholeError `port-taken` when the exact port is not to be had, or none at all is
 */
export const bindLoopback = async (options: {
  readonly wish: PortWish;
  /** Makes a server that is not listening yet; called once for each address tried. */
  readonly createServer: () => Server;
  /** Where `any` begins; default 8081. */
  readonly firstPort?: number;
}): Promise<LoopbackPort> => {
  const { wish, createServer, firstPort = FIRST_GATEWAY_PORT } = options;
  let reason = 'no port was free';
  for (const port of candidates(wish, firstPort)) {
    const bound = await bindBoth(port, createServer);
    if (bound.kind === 'bound') return { port: bound.port, servers: bound.servers };
    reason = bound.reason;
  }
  throw new PortholeError(
    wish.kind === 'exact'
      ? {
          code: 'port-taken',
          message: `Cannot use the local port ${wish.port}: ${reason}.`,
          hint: 'Give another port, or none to let porthole find a free one.',
        }
      : {
          code: 'port-taken',
          message: `Cannot find a free local port from ${firstPort} upwards: ${reason}.`,
          hint: 'Name one that is free: --port N.',
        },
  );
};

function* candidates(wish: PortWish, firstPort: number): Generator<number> {
  if (wish.kind === 'exact') {
    yield wish.port;
    return;
  }
  if (wish.kind === 'preferred') yield wish.port;
  const last = Math.min(65_535, firstPort + MAX_ATTEMPTS);
  for (let port = firstPort; port <= last; port++) yield port;
}

type Bound =
  | { readonly kind: 'bound'; readonly port: number; readonly servers: readonly Server[] }
  | { readonly kind: 'taken'; readonly reason: string };

const bindBoth = async (port: number, createServer: () => Server): Promise<Bound> => {
  const four = createServer();
  const failure4 = await listen(four, '127.0.0.1', port);
  if (failure4 !== undefined) return { kind: 'taken', reason: describe(failure4, '127.0.0.1') };
  // Port 0 asks the system for one; the second address then needs the same.
  const actual = portOf(four, port);
  const six = createServer();
  const failure6 = await listen(six, '::1', actual);
  if (failure6 === undefined) return { kind: 'bound', port: actual, servers: [four, six] };
  if (NO_IPV6.has(failure6.code ?? '')) return { kind: 'bound', port: actual, servers: [four] };
  await closeNow(four);
  return { kind: 'taken', reason: describe(failure6, '[::1]') };
};

/** What `listen` fails with on a machine without IPv6, or without ::1 on its loopback device. */
const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ENOTSUP']);

const listen = (
  server: Server,
  host: string,
  port: number,
): Promise<NodeJS.ErrnoException | undefined> =>
  new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException) => resolve(error);
    server.once('error', onError);
    server.listen({ host, port, exclusive: true, ipv6Only: host === '::1' }, () => {
      server.off('error', onError);
      resolve(undefined);
    });
  });

const portOf = (server: Server, asked: number): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : asked;
};

const closeNow = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const describe = (error: NodeJS.ErrnoException, address: string): string => {
  switch (error.code) {
    case 'EADDRINUSE':
      return `another program listens there on ${address}`;
    case 'EACCES':
      return 'the system does not let this user have it';
    default:
      return error.message;
  }
};
