import * as z from 'zod';
import { openingSchema } from './opening.ts';
import { promptSchema } from './prompt.ts';
import { viewerOptionSchema } from './question.ts';
import { savedSchema } from './saved.ts';
import { sessionSchema, trafficSchema } from './session.ts';
import { settingsSchema } from './settings.ts';

export const hubInfoSchema = z.object({
  version: z.string(),
  pid: z.number().int(),
  /** `terminal`: it ends with Ctrl+C in the terminal that holds it. */
  placement: z.enum(['terminal', 'background']),
  /** ISO 8601. */
  startedAt: z.string(),
  /** Of this dashboard. */
  port: z.number().int(),
  /** This machine and its user, for texts. */
  hostname: z.string(),
  user: z.string(),
  home: z.string(),
  /** Every viewer that porthole knows. */
  viewers: z.array(viewerOptionSchema),
});
export type HubInfo = z.infer<typeof hubInfoSchema>;

/** Where in the hub's changes one is: `run` is this start of the hub, `index` counts its changes. */
export const positionSchema = z.object({ run: z.string(), index: z.number().int() });
export type Position = z.infer<typeof positionSchema>;

/** All that the page shows, at one moment. */
export const snapshotSchema = z.object({
  ...positionSchema.shape,
  hub: hubInfoSchema,
  /** In the order in which they were opened. */
  sessions: z.array(sessionSchema),
  openings: z.array(openingSchema),
  prompts: z.array(promptSchema),
  /** In the user's order: by name. */
  saved: z.array(savedSchema),
  settings: settingsSchema,
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** One change; what it carries replaces what was there under the same name. */
export const changeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('session'), session: sessionSchema }),
  z.object({ kind: z.literal('session-gone'), session: z.string() }),
  /** Often, and small: after each ping. */
  z.object({
    kind: z.literal('measures'),
    session: z.string(),
    latencyMs: z.number().nullable(),
    traffic: trafficSchema.nullable(),
  }),
  z.object({ kind: z.literal('opening'), opening: openingSchema }),
  z.object({ kind: z.literal('opening-gone'), opening: z.string() }),
  z.object({ kind: z.literal('prompt'), prompt: promptSchema }),
  /** Answered, cancelled, or not waited for any more. */
  z.object({ kind: z.literal('prompt-gone'), prompt: z.string() }),
  z.object({ kind: z.literal('saved'), saved: z.array(savedSchema) }),
  z.object({ kind: z.literal('settings'), settings: settingsSchema }),
  /** The hub ends, with all that it has open. */
  z.object({ kind: z.literal('hub-ending'), reason: z.string() }),
]);
export type Change = z.infer<typeof changeSchema>;

/** Data of the events `snapshot` and `change` of `GET /api/events`. */
export const changeEventSchema = z.object({ index: z.number().int(), change: changeSchema });
export type ChangeEvent = z.infer<typeof changeEventSchema>;

/** Data of the events of a log: text as the viewer wrote it, to be appended. */
export const logChunkSchema = z.object({ text: z.string() });
export type LogChunk = z.infer<typeof logChunkSchema>;
