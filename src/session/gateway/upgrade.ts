import { type IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Exchange } from './proxy.ts';
import { headerLines } from './raw-headers.ts';
import { sanitizeResponseHeaders } from './sanitize-headers.ts';
import type { ProxyTarget, Upstream } from './upstream.ts';

/** What a server's `upgrade` event gives. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What the client sent after the head, already read. */
  readonly head: Buffer;
}

/** Whether it is a WebSocket that is asked for; nothing else is upgraded. */
export const isWebSocketUpgrade = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';

/** Hands a WebSocket on to the viewer; from its 101 on, bytes pass both ways untouched. */
export const forwardUpgrade = (
  { request, socket, head }: UpgradeRequest,
  target: ProxyTarget,
  means: {
    upstream: Upstream;
    /** The viewer answered without upgrading: the answer is to be relayed. */
    onAnswer: (exchange: Exchange, answer: IncomingMessage) => void;
    onUnreachable: (exchange: Exchange, error: NodeJS.ErrnoException) => void;
  },
): void => {
  const { upstream } = means;
  upstream.countRequest();
  const outgoing = upstream.begin(request, target, {
    connection: 'fresh',
    extraHeaders: ['Connection', 'Upgrade', 'Upgrade', 'websocket'],
  });
  let settled = false;
  const abort = () => outgoing.destroy();
  socket.once('close', abort);
  const settle = () => {
    settled = true;
    socket.off('close', abort);
  };

  outgoing.on('upgrade', (answer, viewerSocket, viewerHead) => {
    settle();
    socket.write(switchingProtocols(answer), 'latin1');
    viewerSocket.unshift(viewerHead);
    socket.unshift(head);
    joinSockets(socket, viewerSocket);
  });
  outgoing.on('response', (answer) => {
    settle();
    means.onAnswer({ request, response: answerOn({ request, socket }) }, answer);
  });
  outgoing.on('error', (error) => {
    if (settled || socket.destroyed) return;
    settle();
    means.onUnreachable({ request, response: answerOn({ request, socket }) }, error);
  });
  outgoing.end();
};

/** A response on the bare socket of an upgrade, so that refusals and pages need no second writer. */
export const answerOn = ({
  request,
  socket,
}: Pick<UpgradeRequest, 'request' | 'socket'>): ServerResponse => {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  // node:http hands out net sockets here; its type allows for other servers' streams.
  if (socket instanceof Socket) response.assignSocket(socket);
  else socket.destroy();
  response.once('finish', () => socket.end());
  return response;
};

const switchingProtocols = (answer: IncomingMessage): string => {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
  const headers = sanitizeResponseHeaders(answer.rawHeaders);
  for (const [name, value] of headerLines(headers)) lines.push(`${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
};

/** Two sockets as one: what ends or breaks on one side does so on the other. */
const joinSockets = (a: Duplex, b: Duplex): void => {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => to.destroy());
    from.once('close', () => to.destroy());
    from.pipe(to);
  }
};
