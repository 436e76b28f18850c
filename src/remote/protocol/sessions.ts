/** Viewers on the server, from launch to end: `launch`, `attach`, `stop`, `log`, `look`, `reap`, and their events. */
import * as z from 'zod';
import { placeSchema } from './directories.ts';
import { endpointSchema, hostFactsSchema, path, processIdentitySchema, shortText } from './wire.ts';

/** Where `{socket}` is, below a session's runtime directory on the server. */
export const viewerSocketIn = (directory: string): string => `${directory}/viewer.sock`;

/**
 * How a viewer is launched; made by an adapter, run by the watchdog without any shell.
 * In `argv`, `env` and `input` the text `{runtime}` stands for the session's runtime directory,
 * `{socket}` for the socket path in it, `{python}` for the interpreter that runs the agent, `{storage}`
 * for the storage, and `{port}` for the port that the watchdog has chosen.
 */
export interface LaunchSpec {
  readonly argv: readonly string[];
  /** Added to the login's environment; null takes a variable out. */
  readonly env: Readonly<Record<string, string | null>>;
  /** Written to the viewer's stdin, which then stays open until the watchdog ends. */
  readonly input: string;
  /** Directory whose programs go before those of the login's PATH. */
  readonly searchFirst?: string;
  /** Working directory, or a file in it, which may be `{storage}`; the session's runtime directory unless told. */
  readonly cwd?: string;
  /**
   * `socket`: serves `{socket}`. `port`: serves 127.0.0.1:`{port}`. `reported`: says itself where it serves, by a line
   * \x1e{"listening": {"kind": "socket"} | {"kind": "tcp", "port": N}, "version"?: TEXT}\n on its stdout.
   */
  readonly endpoint: 'socket' | 'port' | 'reported';
  /**
   * `given`: the watchdog listens at `{socket}` before the viewer starts, where the file system knows sockets,
   * and hands that on as systemd does (LISTEN_PID, LISTEN_FDS, descriptor 3). Who asks early waits, and is not refused.
   */
  readonly listener?: 'own' | 'given';
  /** Path for the health request; ready means an answer with status 200. */
  readonly healthPath: string;
  /** `any-answer`: with whatever status. */
  readonly healthyWhen?: 'ok' | 'any-answer';
  /** Time until ready, in seconds. */
  readonly startTimeoutS: number;
}

/** In `argv`: the interpreter that runs the agent. */
export const AGENT_PYTHON = '{python}';

/** Request `launch`; its result comes as soon as the watchdog owns the session. */
export interface LaunchRequest {
  /** Id of the session, [a-z0-9-]{1,40}; the agent refuses one that exists. */
  readonly session: string;
  readonly spec: LaunchSpec;
  /** Storage root, absolute; checked before the start. null: the viewer has none. */
  readonly storage: string | null;
  /** What the storage may be. */
  readonly takes: 'directory' | 'file-or-directory';
  /** Lease, in seconds: how long the viewer lives on without a ping. */
  readonly graceS: number;
}

export const launchResultSchema = z.object({
  session: shortText,
  /** The session's runtime directory on the server. */
  directory: path,
  watchdog: processIdentitySchema,
  hostFacts: hostFactsSchema,
  /** Answer of `check-path` for the storage, null where there is none. */
  storage: z.lazy(() => placeSchema).nullable(),
});
export type LaunchResult = z.infer<typeof launchResultSchema>;

const listensAt = z.array(z.string().max(64)).max(16).default([]);

export const viewerStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  z.object({
    state: z.literal('ready'),
    endpoint: endpointSchema,
    viewer: processIdentitySchema,
    /** From the start of the process to the first healthy answer. */
    startMs: z.number().nonnegative(),
    /** Version that the viewer itself reports; null where it reports none. */
    version: z.string().max(128).nullable(),
    /** All addresses at which it takes TCP connections, where it serves a port; as far as can be told. */
    listensAt,
  }),
  z.object({
    state: z.literal('exited'),
    /** Exit code, or null when a signal ended it. */
    exitCode: z.number().int().nullable(),
    signal: z.number().int().nullable(),
    /** Whether it had been ready before. */
    wasReady: z.boolean(),
    logTail: z.string().max(65536),
  }),
  z.object({
    /** Never answered in its start time; the watchdog has ended it. */
    state: z.literal('timeout'),
    logTail: z.string().max(65536),
    /** Addresses at which it took TCP connections instead. */
    listensAt,
  }),
]);
export type ViewerState = z.infer<typeof viewerStateSchema>;

/** Event for each change of a session that this agent launched or attached. */
export const viewerEventSchema = z.object({
  event: z.literal('viewer'),
  session: shortText,
  viewer: viewerStateSchema,
});
export type ViewerEvent = z.infer<typeof viewerEventSchema>;

/** Result of `attach` {session}: takes over events and lease of a session that an earlier agent launched. */
export const attachResultSchema = z.object({
  session: shortText,
  directory: path,
  watchdog: processIdentitySchema,
  hostFacts: hostFactsSchema,
  viewer: viewerStateSchema,
});
export type AttachResult = z.infer<typeof attachResultSchema>;

/** Result of `stop` {session}: sent when process group, socket and directory are gone. */
export const stopResultSchema = z.object({
  session: shortText,
  /** How it ended: by SIGTERM, by SIGKILL after 5 s, or it was gone already. */
  ended: z.enum(['terminated', 'killed', 'gone']),
});

/** Result of `log` {session, lines, follow}; with follow, events `log` come after it until the agent ends. */
export const logResultSchema = z.object({ text: z.string().max(2 * 1024 * 1024) });

export const logEventSchema = z.object({
  event: z.literal('log'),
  session: shortText,
  text: z.string().max(1024 * 1024),
});
export type LogEvent = z.infer<typeof logEventSchema>;

/** A session's directory on the server, of this user, from whatever machine it was opened. */
export const leftoverSchema = z.object({
  session: shortText,
  directory: path,
  /** Held by its watchdog; orphaned; or hung, where a watchdog is there and says nothing. */
  state: z.enum(['held', 'orphaned', 'hung']),
  /** Seconds since the epoch, by the server's clock; null where it has just gone. */
  startedAt: z.number().nullable(),
  /** Its lease, in seconds; null where its record is damaged or not written yet. */
  graceS: z.number().nullable(),
});
export type Leftover = z.infer<typeof leftoverSchema>;

/** Result of `look` {}. */
export const lookResultSchema = z.object({ sessions: z.array(leftoverSchema).max(1000) });

/**
 * Result of `reap` {patienceS?}: sessions of this user whose watchdog is gone, or has been silent for a
 * whole lease or for `patienceS`, are removed.
 */
export const reapResultSchema = z.object({
  reaped: z.array(shortText).max(1000),
  alive: z.array(shortText).max(1000),
});
export type ReapResult = z.infer<typeof reapResultSchema>;
