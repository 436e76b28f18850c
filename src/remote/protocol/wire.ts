/**
 * The agent's protocol: JSON lines to the agent's stdin, framed JSON lines from its stdout.
 *
 * To the agent:   {"id": 7, "op": "stop", ...}\n
 * From the agent: \x1e{"id": 7, "result": {...}}\n  or  \x1e{"id": 7, "error": {"code", "message"}}\n
 *                 \x1e{"event": "viewer", ...}\n    or  \x1e{"event": "log", ...}\n
 * Both ways, where asked for: frames of bytes between the lines, see `streams/stream-frames.ts`.
 *
 * Everything that comes from the server passes one of these schemas before it is used.
 */
import * as z from 'zod';

/** Version of the protocol; hello carries it. */
export const PROTOCOL_VERSION = 1;

/** A line from the agent longer than this is refused (a probe of 500 environments stays below 1 MB). */
export const MAX_LINE_BYTES = 8 * 1024 * 1024;

export const path = z.string().min(1).max(4096);

export const shortText = z.string().max(1024);

export const count = z.number().int().nonnegative();

/** First frame of the loader, before it has read the agent. */
export const helloSchema = z.object({
  hello: z.literal(PROTOCOL_VERSION),
  /** Version of the interpreter that runs the agent. */
  python: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
  executable: path,
  pid: z.number().int().positive(),
});
export type Hello = z.infer<typeof helloSchema>;

/** Frame of the bootstrap when no usable Python was found, instead of hello. */
export const noPythonSchema = z.object({
  noPython: z.literal(true),
  /** Interpreters that were found but are too old or do not run. */
  rejected: z.array(shortText).max(64),
});

/** What an endpoint on the server is: a unix socket in our private directory, or a loopback port. */
export const endpointSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('socket'), path }),
  z.object({ kind: z.literal('tcp'), port: z.number().int().min(1).max(65535) }),
]);
export type Endpoint = z.infer<typeof endpointSchema>;

/** Identity of a process: signalled, or trusted, only where all three still match. */
export const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  /** Field 22 of /proc/PID/stat (clock ticks after boot), or `ps -o lstart=` where there is no /proc. */
  startTime: z.string().max(64),
  bootId: z.string().max(128),
});

export const hostFactsSchema = z.object({
  os: shortText,
  hostname: shortText,
  user: shortText,
  uid: count,
  home: path,
  shell: shortText,
  /** /etc/machine-id, or null. */
  machineId: z.string().max(128).nullable(),
  /** /proc/sys/kernel/random/boot_id, or null. */
  bootId: z.string().max(128).nullable(),
});
export type HostFacts = z.infer<typeof hostFactsSchema>;

/**
 * Result of `load` {part, modules}: the modules of that part (`probe`, `streams`) are there from now on. They
 * come as {name: source}, or as JSON of that, compressed, in base64.
 */
export const loadResultSchema = z.object({});

/** Result of `streams` {}: frames of bytes may stand between the lines from now on (`stream-frames.ts`). */
export const streamsResultSchema = z.object({});

/** Result of `ping` {}: renews the lease of every session attached to this agent. */
export const pingResultSchema = z.object({ sessions: z.array(shortText).max(1000) });
