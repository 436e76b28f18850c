import * as z from 'zod';
import {
  ENVIRONMENT_KINDS,
  gpuSchema,
  processUseSchema,
  storageRootSchema,
} from '../../../remote/protocol/probe.ts';
import { hostFactsSchema } from '../../../remote/protocol/wire.ts';

/** A viewer that may be chosen. */
export const viewerOptionSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** `with-porthole` needs no environment. */
  comes: z.enum(['in-environment', 'with-porthole']),
  /** Of the one that comes with porthole. */
  version: z.string().nullable(),
  /** The most that it, or whoever uses it, may do on the server. */
  capability: z.enum(['reads', 'may-write', 'executes-code']),
  /** Oldest version that porthole can launch, of one that comes in an environment. */
  oldestVersion: z.string().nullable(),
  /** What it may do besides reading, in a sentence: to be said before the start. */
  writeNotice: z.string().nullable(),
});
export type ViewerOption = z.infer<typeof viewerOptionSchema>;

/** What one environment has of one viewer. */
export const viewerInEnvironmentSchema = z.object({
  viewer: z.string(),
  suitability: z.enum(['suitable', 'broken', 'too-old', 'not-installed']),
  version: z.string().nullable(),
  /** Command that installs or upgrades it there, to be copied; null where it is suitable. */
  install: z.string().nullable(),
});

export const environmentOptionSchema = z.object({
  name: z.string(),
  kind: z.enum(ENVIRONMENT_KINDS),
  prefix: z.string(),
  /** Its interpreter: what a choice names it by. */
  python: z.string(),
  pythonVersion: z.string().nullable(),
  /** Processes of this user that run from it. */
  inUse: z.array(processUseSchema),
  /** What could not be read. */
  problems: z.array(z.string()),
  broken: z.boolean(),
  /** One for each viewer that comes in an environment, in the order of `viewers`. */
  viewers: z.array(viewerInEnvironmentSchema),
  /** Storage root that would be taken with it; null where none was found. */
  storage: z.string().nullable(),
});
export type EnvironmentOption = z.infer<typeof environmentOptionSchema>;

/** A viewer that the user runs there already. */
export const runningOptionSchema = z.object({
  /** What a choice names it by. */
  pid: z.number().int(),
  viewer: z.string(),
  title: z.string(),
  version: z.string().nullable(),
  /** Where it serves: "port 6006". */
  at: z.string(),
  storage: z.string().nullable(),
});
export type RunningOption = z.infer<typeof runningOptionSchema>;

/** Everything that there is to choose from on a server. */
export const questionSchema = z.object({
  revision: z.number().int(),
  host: z.string(),
  facts: hostFactsSchema,
  gpus: z.array(gpuSchema),
  viewers: z.array(viewerOptionSchema),
  /** Best first. */
  environments: z.array(environmentOptionSchema),
  /** Best first. */
  storageRoots: z.array(storageRootSchema),
  running: z.array(runningOptionSchema),
  /** Directories that were not read to their end. */
  partial: z.array(z.object({ path: z.string(), reason: z.string() })),
  /** How long the server took to look. */
  probeMs: z.number(),
  /** What porthole would take by itself. */
  suggestion: z.object({
    viewer: z.string(),
    python: z.string().nullable(),
    storage: z.string().nullable(),
    /** Why, in words that follow the name of the environment. */
    reason: z.string().nullable(),
  }),
});
export type Question = z.infer<typeof questionSchema>;
