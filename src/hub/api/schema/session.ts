import * as z from 'zod';
import { failureSchema } from './failure.ts';
import { routeSchema } from './target.ts';

/** What a session is doing; `failed` ones stay in the list until they are dismissed. */
export const SESSION_STATES = [
  'connecting',
  'probing',
  'choosing',
  'launching',
  'forwarding',
  'ready',
  'reconnecting',
  'stopping',
  'failed',
] as const;

export const sessionStateSchema = z.object({
  kind: z.enum(SESSION_STATES),
  /** Only while reconnecting; `needs-authentication` waits for "Retry now". */
  phase: z.enum(['waiting', 'connecting', 'needs-authentication']).nullable(),
  /** Why, in a sentence, where that needs saying. */
  reason: z.string().nullable(),
  /** Attempts to reconnect so far. */
  attempt: z.number().int().nullable(),
  /** ISO 8601; since when it is in this state (while reconnecting: since the loss). */
  since: z.string(),
  /** Only in `failed`. */
  failure: failureSchema.nullable(),
});

export const trafficSchema = z.object({
  requests: z.number().int(),
  bytesUp: z.number().int(),
  bytesDown: z.number().int(),
});
export type Traffic = z.infer<typeof trafficSchema>;

/** One session of this user, whoever opened it. */
export const sessionSchema = z.object({
  /** Its name; unique among those that are open. */
  session: z.string(),
  /** As it was named to ssh; `this machine` where there is no ssh. */
  host: z.string(),
  place: z.enum(['server', 'here']),
  /** null until the connection stands, and for this machine. */
  route: routeSchema.nullable(),
  state: sessionStateSchema,
  viewer: z.object({ id: z.string(), title: z.string(), version: z.string() }).nullable(),
  /** null while it opens, and for a viewer that needs none. */
  environment: z
    .object({ name: z.string(), kind: z.string(), prefix: z.string(), python: z.string() })
    .nullable(),
  storage: z.string().nullable(),
  access: z.enum(['read-only', 'manage']),
  localPort: z.number().int().nullable(),
  /** `http://localhost:8081/`, without any token; null until there is one. */
  address: z.string().nullable(),
  /** ISO 8601. */
  startedAt: z.string(),
  /** ISO 8601; since when the viewer has been ready for the first time; null while it opens. */
  readyAt: z.string().nullable(),
  /** Round trip of the last ping to the server; null before the first. */
  latencyMs: z.number().nullable(),
  /** Through its gateway so far; null while it opens. */
  traffic: trafficSchema.nullable(),
  openedBy: z.enum(['dashboard', 'terminal']),
  /** The opening that it comes of, where the dashboard began it. */
  opening: z.string().nullable(),
});
export type Session = z.infer<typeof sessionSchema>;
export type SessionState = Session['state'];
