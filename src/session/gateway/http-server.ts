import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { UpgradeRequest } from './upgrade.ts';
import { MAX_HEADER_BYTES, STREAM_BUFFER_BYTES } from './upstream.ts';

/** Servers of one port (one for each loopback address) with one set of handlers. */
export interface LoopbackServers {
  /** Makes one more, not listening yet. */
  create(): Server;
  /** Ends all at once, with every connection, upgraded ones included. */
  close(): Promise<void>;
}

export interface LoopbackHandlers {
  onRequest(exchange: { request: IncomingMessage; response: ServerResponse }): void;
  onUpgrade(upgrade: UpgradeRequest): void;
}

/** A slow head holds a connection this long at most; a body may take as long as it takes. */
const HEADERS_TIMEOUT_MS = 20_000;
const CHECK_INTERVAL_MS = 5_000;
const KEEP_ALIVE_MS = 60_000;

/** Each request in flight may hold a channel of the ssh connection: this bounds them. */
const MAX_CONNECTIONS = 4_096;

/** Http servers for loopback, with limits that suit long polls, uploads and event streams. */
export const createLoopbackServers = (handlers: LoopbackHandlers): LoopbackServers => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  return {
    create: () => {
      const server = createServer({
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: 0,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: CHECK_INTERVAL_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
        noDelay: true,
        highWaterMark: STREAM_BUFFER_BYTES,
      });
      server.maxConnections = MAX_CONNECTIONS;
      server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      });
      attach(server, handlers);
      servers.push(server);
      return server;
    },
    close: async () => {
      // Those that never came to listen are closed as well: their callback comes with an error.
      const closed = servers.map(
        (server) => new Promise<void>((resolve) => void server.close(() => resolve())),
      );
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
};

const attach = (server: Server, { onRequest, onUpgrade }: LoopbackHandlers): void => {
  server.on('request', (request, response) => onRequest({ request, response }));
  server.on('checkContinue', (request, response) => {
    // A client that is refused may keep its body to itself; the next request would be taken for it.
    response.shouldKeepAlive = false;
    onRequest({ request, response });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    onUpgrade({ request, socket, head });
  });
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(rawAnswer('405 Method Not Allowed'));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else socket.end(rawAnswer(CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request'));
  });
};

const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

const rawAnswer = (status: string): string =>
  `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
