import * as z from 'zod';
import { failureSchema } from './failure.ts';
import { routeSchema, targetSchema } from './target.ts';

/** What the wizard asks the hub to open. */
export const openingWishSchema = z.strictObject({
  target: targetSchema,
  /** Name of a viewer; null leaves it to porthole. */
  viewer: z.string().max(64).nullable().default(null),
  /** Name, prefix or interpreter of an environment. */
  environment: z.string().max(4096).nullable().default(null),
  storage: z.string().max(4096).nullable().default(null),
  access: z.enum(['read-only', 'manage']).default('read-only'),
  /** Exactly this local port; null takes the one of last time, or the next free one. */
  localPort: z.number().int().min(1).max(65_535).nullable().default(null),
  /** `ask` looks at the server and waits for a choice; `remembered` opens what was opened last, where that holds. */
  choice: z.enum(['ask', 'remembered']).default('ask'),
  /** `assume-yes` starts what is settled without a confirmation. */
  confirmation: z.enum(['ask', 'assume-yes']).default('ask'),
});
export type OpeningWish = z.input<typeof openingWishSchema>;

export const stepSchema = z.object({
  step: z.enum(['connect', 'probe', 'launch', 'forward']),
  status: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** ISO 8601. */
  startedAt: z.string(),
  /** How long it took; null while it runs. */
  ms: z.number().nullable(),
  /** What came out of it, in a few words. */
  detail: z.string().nullable(),
});
export type Step = z.infer<typeof stepSchema>;

export const summarySchema = z.object({
  host: z.string(),
  /** The user's home on the server. */
  home: z.string(),
  environment: z.object({ name: z.string(), prefix: z.string() }).nullable(),
  viewer: z.string(),
  viewerVersion: z.string(),
  storage: z.string(),
  /** What the user lets it change there. */
  notice: z.string().nullable(),
  runs: z.number().int().nullable(),
  /** Why this environment; null where the user named it. */
  reason: z.string().nullable(),
});
export type Summary = z.infer<typeof summarySchema>;

/** What an opening waits for, or how it ended. */
export const openingPhaseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('working') }),
  /** What there is to choose from is at `GET /api/openings/{opening}/question`; a refresh counts `revision` up. */
  z.object({
    kind: z.literal('choosing'),
    revision: z.number().int(),
    refreshing: z.boolean(),
  }),
  z.object({ kind: z.literal('confirming'), summary: summarySchema }),
  /** `shared`: it was open already, and shows this. */
  z.object({
    kind: z.literal('ready'),
    session: z.string(),
    origin: z.enum(['opened', 'shared']),
  }),
  z.object({ kind: z.literal('failed'), failure: failureSchema }),
  z.object({ kind: z.literal('cancelled') }),
]);

/** One run of the wizard. It stays in the state until it is dismissed, the ended ones for a while. */
export const openingSchema = z.object({
  opening: z.string(),
  target: targetSchema,
  /** Host as it is shown. */
  host: z.string(),
  /** The saved connection that it was begun from. */
  saved: z.string().nullable(),
  /** Name of the session that comes of it. */
  session: z.string().nullable(),
  /** ISO 8601. */
  startedAt: z.string(),
  steps: z.array(stepSchema),
  /** What the user should know before or while the viewer runs. */
  notes: z.array(z.string()),
  /** Of the login; null until it stands, and for this machine. */
  route: routeSchema.nullable(),
  /** First round trip to the agent; null until it is measured. */
  latencyMs: z.number().nullable(),
  phase: openingPhaseSchema,
});
export type Opening = z.infer<typeof openingSchema>;
export type OpeningPhase = Opening['phase'];

/**
 * What was chosen: a viewer to start, or the pid of one that runs already. `confirmed`: the summary has been
 * shown by the page, so that nothing more is asked.
 */
export const choiceSchema = z.union([
  z.strictObject({
    viewer: z.string().max(64),
    /** Interpreter of the environment; null for a viewer that needs none. */
    python: z.string().max(4096).nullable(),
    storage: z.string().min(1).max(4096),
    confirmed: z.boolean().default(false),
  }),
  z.strictObject({ adopt: z.number().int().positive() }),
]);
export type Choice = z.input<typeof choiceSchema>;
