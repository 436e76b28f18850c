import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { CheckResult } from './check.ts';
import type { GatewayState } from './link.ts';
import type { PortWish } from './ports.ts';
import type { Traffic } from './traffic.ts';

/** A request that has passed the guard, offered to `serveLocal` at once, and again when the link is up. */
export interface LocalRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query without the token; begins with "/". */
  readonly path: string;
  /** `up`: the viewer can be reached; `unknown`: nobody has looked yet. */
  readonly link: 'up' | 'unknown';
}

/** Ports are used again, and a browser keeps what an origin left: settings, databases, service workers. */
export type SiteData = 'keep' | 'clear';

export interface GatewayOptions {
  /** Id of the session; part of the cookie's name. */
  readonly sessionId: string;
  /** The host as the user named it; shown on the gateway's own pages. */
  readonly host: string;
  /** Title of the viewer, shown likewise. */
  readonly viewerTitle: string;
  /** `none` switches the token off; Host, Origin and Sec-Fetch-Site are still checked. */
  readonly auth: 'token' | 'none';
  readonly port: PortWish;
  readonly clock: Clock;
  readonly logger: Logger;
  /** State to begin with; default `starting`. */
  readonly state?: GatewayState;
  /** Where its pages begin, for addresses; default `/`. */
  readonly home?: string;
  /** How long a request waits for a link that is down, in milliseconds; default 10 000. */
  readonly holdMs?: number;
  /** Whether the viewer may register service workers; default `refuse`. */
  readonly serviceWorkers?: 'refuse' | 'allow';
  /** What becomes of that which the browser kept of this port; default `keep`. */
  readonly siteData?: (port: number) => SiteData;
  /** Goes with every request to the viewer: the secret that it asks for. No client sees it. */
  readonly viewerHeaders?: Readonly<Record<string, string>>;
  /** Answers requests that this machine can answer itself: the web files of the bundled viewer. */
  readonly serveLocal?: (request: LocalRequest) => 'served' | 'not-mine';
}

/** The local HTTP front of one session. */
export interface Gateway {
  readonly port: number;
  /** Address for the browser, with the token where there is one. */
  readonly url: string;
  /** A new address that lets a browser in once, to be put on its command line, which others can read. */
  ticketUrl(): string;
  /** Undefined with `auth: 'none'`. */
  readonly token: string | undefined;
  /** What went to and from the viewer so far. */
  readonly traffic: Traffic;
  /** Tells the gateway what its session is doing; requests that wait and open pages hear of it at once. */
  setState(state: GatewayState): void;
  /**
   * A GET through the gateway's own port and on to the viewer, also while the state is not `ready`
   * but names a socket: the last step of an open, and the health check later.
   *
   * @throws PortholeError `viewer-unhealthy` when the gateway itself gives no answer; the signal's reason when aborted
   */
  check(path: string, signal: AbortSignal): Promise<CheckResult>;
  /**
   * Asks the viewer, by the way of `check`, for what its page will ask for first; the page is answered
   * with that. To be called again where the viewer may not have been there.
   */
  askAhead(paths: readonly string[], signal: AbortSignal): void;
  /** Ends at once, open streams and WebSockets included. */
  close(): Promise<void>;
}
