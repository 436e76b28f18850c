import { createAhead } from './ahead.ts';
import { CHECK_HEADER, checkThroughPort } from './check.ts';
import type { Gateway, GatewayOptions } from './gateway.ts';
import { createLoopbackServers } from './http-server.ts';
import { createLink } from './link.ts';
import { bindLoopback } from './ports.ts';
import { createRequestFlow } from './request-flow.ts';
import { cookieNameOf, createToken } from './secrets.ts';
import { createTickets } from './tickets.ts';
import { createUpstream } from './upstream.ts';

/**
 * Opens the local front of a session; it answers from the first moment on, also before there is a viewer.
 *
 * @throws PortholeError `port-taken`
 */
export const createGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const { sessionId, auth, clock, serviceWorkers = 'refuse', home = '/' } = options;
  const addressOf = (port: number, secret: string | undefined) =>
    `http://localhost:${port}${home}${secret === undefined ? '' : `?token=${secret}`}`;
  const token = createToken();
  const checkSecret = createToken();
  const tickets = createTickets(clock);
  const link = createLink(clock, options.state ?? { kind: 'starting', step: 'Connecting' });
  const upstream = createUpstream(options.viewerHeaders);
  const ahead = createAhead(clock);
  const flow = createRequestFlow({
    ...options,
    rules: { auth, token, cookieName: cookieNameOf(sessionId), serviceWorkers },
    tickets,
    uid: process.getuid?.() ?? 0,
    checkSecret,
    link,
    upstream,
    ahead,
  });
  const servers = createLoopbackServers(flow);
  const { port } = await bindLoopback({ wish: options.port, createServer: servers.create });

  const pass = { authorization: `Bearer ${token}`, [CHECK_HEADER]: checkSecret };

  return {
    port,
    url: addressOf(port, auth === 'token' ? token : undefined),
    token: auth === 'token' ? token : undefined,
    get traffic() {
      return upstream.traffic;
    },
    ticketUrl: () => addressOf(port, auth === 'token' ? tickets.issue() : undefined),
    setState: link.set,
    check: (path, signal) => checkThroughPort({ port, path, signal, headers: pass }),
    askAhead: (paths, signal) => {
      for (const path of paths) ahead.ask(path, { port, headers: pass, signal });
    },
    close: async () => {
      upstream.close();
      await servers.close();
    },
  };
};
