import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { withoutSecondValidator } from './caching.ts';
import { sanitizeRequestHeaders } from './sanitize-headers.ts';
import { createTrafficMeter, type Traffic } from './traffic.ts';

/** Where a request goes, as the guard left it. */
export interface ProxyTarget {
  readonly socketPath: string;
  /** Value for Host: one of our own names with our port. */
  readonly host: string;
  readonly path: string;
}

/** The connections to the viewer, each a channel of the ssh connection behind the socket. */
export interface Upstream {
  /**
   * Begins a request; its body is still to be written.
   * `shared` takes a connection that is idle, `fresh` makes one for this request alone.
   *
   * @throws TypeError when Node takes path or headers for unsendable
   */
  begin(
    request: IncomingMessage,
    target: ProxyTarget,
    how: { readonly connection: 'shared' | 'fresh'; readonly extraHeaders: readonly string[] },
  ): ClientRequest;
  /** Counts a request for the traffic; not done by `begin`, which a retry calls again. */
  countRequest(): void;
  readonly traffic: Traffic;
  /** Ends all of them at once. */
  close(): void;
}

/** Below the 5 s after which uvicorn closes an idle connection: it should be us who closes it. */
const IDLE_MS = 4_000;
const MAX_IDLE_SOCKETS = 16;

/** For heads of requests and answers: cookies of all that runs on localhost add up. */
export const MAX_HEADER_BYTES = 64 * 1024;

/** What a stream holds before it pauses its source. Node's own 16 KiB pauses at every single read. */
export const STREAM_BUFFER_BYTES = 256 * 1024;

/** Handed on to `net.connect`, which the types of `http.request` do not tell. */
const SOCKET_OPTIONS = { highWaterMark: STREAM_BUFFER_BYTES };

/** `viewerHeaders` go with every request, in the place of those that a client sends. */
export const createUpstream = (viewerHeaders: Readonly<Record<string, string>> = {}): Upstream => {
  // No limit on sockets in use: a thousand event streams hold a thousand. The server in front has one.
  const agent = new Agent({ keepAlive: true, maxFreeSockets: MAX_IDLE_SOCKETS, timeout: IDLE_MS });
  const meter = createTrafficMeter();
  const open = new Set<ClientRequest>();

  return {
    begin: (request, target, { connection, extraHeaders }) => {
      const asked = withoutSecondValidator(request.rawHeaders);
      const outgoing = httpRequest({
        agent: connection === 'shared' ? agent : false,
        socketPath: target.socketPath,
        method: request.method ?? 'GET',
        path: target.path,
        headers: [...sanitizeRequestHeaders(asked, target.host, viewerHeaders), ...extraHeaders],
        maxHeaderSize: MAX_HEADER_BYTES,
        ...SOCKET_OPTIONS,
      });
      open.add(outgoing);
      outgoing.once('socket', meter.watch);
      const answered = meter.countWaiting();
      outgoing.once('response', answered);
      outgoing.once('close', () => {
        answered();
        open.delete(outgoing);
      });
      return outgoing;
    },
    countRequest: meter.countRequest,
    get traffic() {
      return meter.read();
    },
    close: () => {
      for (const outgoing of open) outgoing.destroy();
      agent.destroy();
    },
  };
};
