/**
 * What passes over the hub's control socket: JSON lines, both ways. One connection is one call; the
 * client closing it cancels the call.
 *
 * hub:    {"hello": {...}}                                  once, first
 * client: {"call": "open", "params": {...}}                 once
 * hub:    {"event": {...}} | {"ask": 1, "question": {...}}  as often as needed
 * client: {"answer": 1, "value": ...}
 * hub:    {"result": ...} | {"error": {...}}                last
 */
import * as z from 'zod';
import { ERROR_CODES, PortholeError } from '../core/errors.ts';
import {
  openRequestSchema,
  sshEnvironmentSchema,
  sshTargetSchema,
} from '../session/open-request.ts';

/** Longest line either side accepts; the answer to a probe question is the largest. */
export const MAX_CONTROL_LINE_BYTES = 8 * 1024 * 1024;

/** Clients and hubs of different control versions do not talk to each other. */
export const CONTROL_VERSION = 1;

/** `terminal`: the hub ends with the command that became it; `background`: with its last session. */
export type HubPlacement = 'terminal' | 'background';

export const hubHelloSchema = z.object({
  hello: z.object({
    control: z.number().int(),
    /** Version of the porthole that runs as hub. */
    version: z.string(),
    pid: z.number().int().positive(),
    placement: z.enum(['terminal', 'background']).default('terminal'),
    /** Port of its dashboard; null where it serves none. */
    dashboard: z.number().int().nullable().default(null),
  }),
});
export type HubHello = z.infer<typeof hubHelloSchema>['hello'];

/** Names one session (by its name or its host), or all. */
export const selectorSchema = z.union([
  z.object({ name: z.string().min(1).max(300) }),
  z.object({ all: z.literal(true) }),
]);
export type Selector = z.infer<typeof selectorSchema>;

/** Least level of the hub's log lines that the client wants to see meanwhile; `debug` for `-v`. */
const wantedLog = z.enum(['debug', 'warn']).default('warn');

const visitWishSchema = z.object({
  target: sshTargetSchema,
  sshEnvironment: sshEnvironmentSchema,
  timeoutMs: z.number().positive(),
});

export const callSchema = z.discriminatedUnion('call', [
  z.object({
    call: z.literal('open'),
    params: openRequestSchema,
    asks: z.enum(['person', 'nobody']),
    log: wantedLog,
  }),
  z.object({
    call: z.literal('envs'),
    params: visitWishSchema,
    asks: z.enum(['person', 'nobody']),
    log: wantedLog,
  }),
  z.object({
    call: z.literal('reap'),
    params: visitWishSchema,
    asks: z.enum(['person', 'nobody']),
    log: wantedLog,
  }),
  z.object({ call: z.literal('ls') }),
  z.object({ call: z.literal('stop'), params: selectorSchema }),
  z.object({
    call: z.literal('logs'),
    params: z.object({
      name: z.string().min(1).max(300),
      lines: z.number().int().min(0).max(100_000),
      follow: z.enum(['follow', 'once']),
    }),
  }),
  z.object({ call: z.literal('url'), params: z.object({ name: z.string().min(1).max(300) }) }),
  /** An address that lets a browser in once, for its command line, which others can read. */
  z.object({ call: z.literal('ticket'), params: z.object({ name: z.string().min(1).max(300) }) }),
  /** Reconnects now; resolves with the state that came of it. */
  z.object({ call: z.literal('retry'), params: z.object({ name: z.string().min(1).max(300) }) }),
  /** Serves the dashboard, unless that is done already. */
  z.object({
    call: z.literal('dashboard'),
    params: z.object({
      port: z.number().int().min(1).max(65_535).nullable(),
      sshEnvironment: sshEnvironmentSchema,
    }),
  }),
  /** Ends the hub with all its sessions. */
  z.object({ call: z.literal('shutdown') }),
]);
export type Call = z.infer<typeof callSchema>;

export const answerSchema = z.object({ answer: z.number().int(), value: z.unknown() });

/** A failure as it travels. */
export const errorSchema = z.object({
  error: z.object({
    code: z.enum(ERROR_CODES),
    message: z.string(),
    hint: z.string().exactOptional(),
    output: z.string().exactOptional(),
  }),
});

export const hubMessageSchema = z.union([
  z.object({ event: z.unknown() }),
  z.object({ ask: z.number().int(), question: z.unknown() }),
  z.object({ result: z.unknown() }),
  errorSchema,
]);
export type HubMessage = z.infer<typeof hubMessageSchema>;

/** One session as `ls --json` shows it; what is not settled yet while it opens is null. */
export const sessionViewSchema = z.object({
  session: z.string(),
  host: z.string(),
  viewer: z.string().nullable(),
  viewerVersion: z.string().nullable(),
  env: z.string().nullable(),
  python: z.string().nullable(),
  storage: z.string().nullable(),
  localPort: z.number().int().nullable(),
  url: z.string().nullable(),
  state: z.string(),
  /** How the viewer is reached while it is ready: `forward`, or `agent-channel` where ssh gives no forward. */
  way: z.string().nullable().default(null),
  /** Pid on the server of a viewer that ran there already; null for one that porthole started. */
  adopted: z.number().int().nullable().default(null),
  /** Why it is in this state, where that needs saying. */
  reason: z.string().nullable(),
  /** Round trip of the last ping to the agent; null before the first. */
  latencyMs: z.number().nullable(),
  /** ISO 8601. */
  startedAt: z.string(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

/** The dashboard that a hub serves. */
export const dashboardViewSchema = z.object({
  port: z.number().int(),
  /** With its token. */
  url: z.string(),
  /** For the command line of a browser; lets in once. */
  ticketUrl: z.string(),
});
export type DashboardView = z.infer<typeof dashboardViewSchema>;

/** A failure as it travels to a client. */
export const errorMessage = (error: PortholeError): Extract<HubMessage, { error: unknown }> => ({
  error: {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.output === undefined ? {} : { output: error.output }),
  },
});

/** The failure that a hub's error message stands for. */
export const errorFrom = ({ error }: Extract<HubMessage, { error: unknown }>): PortholeError =>
  new PortholeError(error);
