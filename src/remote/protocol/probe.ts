/** What the probe finds on a server, and what it is asked: `probe`. */
import * as z from 'zod';
import {
  count,
  type Endpoint,
  endpointSchema,
  hostFactsSchema,
  path,
  processIdentitySchema,
  shortText,
} from './wire.ts';

export const ENVIRONMENT_KINDS = [
  'system',
  'venv',
  'virtualenv',
  'conda',
  'uv',
  'pyenv',
  'poetry',
  'pipx',
  'pixi',
  'hatch',
] as const;

/** A process of this user that runs from an environment: most likely a training. */
export const processUseSchema = z.object({
  pid: z.number().int().positive(),
  /** Script or module that it runs, as far as its command line tells. */
  script: shortText,
  cwd: z.string().max(4096),
});

export const environmentSchema = z.object({
  /** What people call it: name of the conda environment, of the venv's directory or of its project. */
  name: z.string().min(1).max(1024),
  kind: z.enum(ENVIRONMENT_KINDS),
  prefix: path,
  /** Its interpreter. */
  python: path,
  /** "3.11.7"; null where it could not be told. */
  pythonVersion: z.string().max(64).nullable(),
  /** Versions of the viewer packages asked for, by distribution name. */
  packages: z.record(z.string().max(128), z.string().max(128)),
  /** Names of those packages that are installed in editable form. */
  editable: z.array(z.string().max(128)).max(64),
  inUse: z.array(processUseSchema).max(64),
  /** What could not be read, in words; empty where all was read. */
  problems: z.array(shortText).max(32),
  /** Its interpreter is missing or cannot be started; `problems` says why. */
  broken: z.boolean(),
});
export type Environment = z.infer<typeof environmentSchema>;

export const STORAGE_SOURCES = [
  'asked',
  'RUNICORN_DIR',
  'runicorn-config',
  'default',
  'training',
] as const;

/** Id of a viewer, as the probe names whose data it found. */
const viewerId = z.string().max(64);

export const storageRootSchema = z.object({
  path,
  source: z.enum(STORAGE_SOURCES),
  /** Viewers whose data was found there, as far as was looked: a few levels deep, for a short time. */
  data: z.array(viewerId).max(64),
  /** Runs found below it; counting stops at a limit, `runsCapped` tells. */
  runs: count,
  runsCapped: z.boolean(),
  /** Last change of any run, seconds since the epoch; null where there is none. */
  modifiedAt: z.number().nullable(),
});
export type StorageRoot = z.infer<typeof storageRootSchema>;

/** A viewer that the user has started on the server, and that answers there. */
export const runningViewerSchema = z.object({
  viewer: viewerId,
  process: processIdentitySchema,
  /** It, or a child of it, was the only one that listened there. */
  endpoint: endpointSchema,
  /** Path that its pages lie below; `/` where it has no prefix. */
  home: z
    .string()
    .max(1024)
    .regex(/^\/(?:[\w.~%@:+-]+\/)*$/),
  /** What it shows; null where that is no path. */
  storage: path.nullable(),
  /** null where it is not known without asking it. */
  version: z.string().max(128).nullable(),
  /** Seconds since the epoch, by the server's clock. */
  startedAt: z.number(),
});
export type RunningViewer = z.infer<typeof runningViewerSchema>;

export const gpuSchema = z.object({
  index: count,
  name: shortText,
  memoryTotalMib: z.number().nonnegative(),
  memoryUsedMib: z.number().nonnegative(),
  utilizationPercent: z.number().nonnegative().nullable(),
});

/** A JSON reply to `probe`. */
export const probeResultSchema = z.object({
  host: hostFactsSchema,
  environments: z.array(environmentSchema).max(2000),
  storageRoots: z.array(storageRootSchema).max(256),
  /** Viewers that the user runs already. */
  running: z.array(runningViewerSchema).max(64),
  gpus: z.array(gpuSchema).max(64),
  /** Directories that were not read to their end: time limit, permission, count limit. */
  partial: z.array(z.object({ path, reason: shortText })).max(256),
  /** Milliseconds that the agent took, by its own clock. */
  ms: z.number().nonnegative(),
});
export type ProbeResult = z.infer<typeof probeResultSchema>;

/**
 * Answer to `probe` {adopt: {process, endpoint, list, waitS}}: whether a viewer that was found running is still
 * the same, and still serves. With `waitS` it comes when that is over, or after that time.
 */
export const adoptResultSchema = z.discriminatedUnion('state', [
  /** `token`: the one that it asks for, out of its own list; empty where there is none. */
  z.object({ state: z.literal('serving'), token: z.string().max(1024) }),
  z.object({ state: z.literal('gone'), reason: shortText }),
]);
export type AdoptResult = z.infer<typeof adoptResultSchema>;

/** Request for that. */
export interface AdoptRequest {
  readonly process: RunningViewer['process'];
  readonly endpoint: Endpoint;
  readonly list: ProgramSigns['list'] | null;
  readonly waitS: number;
}

/** A name by which data of a viewer is known; `*` stands for any characters. */
export interface DataSign {
  readonly kind: 'file' | 'directory';
  readonly name: string;
  /** A file counts only if its first 256 KiB hold this text. */
  readonly contains?: string;
}

/** How a viewer is told from the command line of a process, where its user has started it by hand. */
export interface ProgramSigns {
  /** Names of its script, and `-m MODULE`. */
  readonly programs: readonly string[];
  /** Words one of which has to follow. */
  readonly commands?: readonly string[];
  /** Options that name its storage. */
  readonly options?: readonly string[];
  /** `word`: its storage is a word of its own. */
  readonly word?: true;
  /** A variable that names its storage. */
  readonly variable?: string;
  /** Options that put its pages below a path. */
  readonly prefix?: readonly string[];
  /** A list of its instances that it keeps itself: that tells more, and of Jupyter also the token. */
  readonly list?: 'tensorboard' | 'jupyter';
}

/** Request `probe`. */
export interface ProbeRequest {
  /** Distribution names of viewer packages to look for, e.g. ["runicorn"]. */
  readonly distributions: readonly string[];
  /** What counts as data of which viewer, by its id. */
  readonly data: Readonly<Record<string, readonly DataSign[]>>;
  /** How viewers that run already are known, by their ids. */
  readonly running: Readonly<Record<string, ProgramSigns>>;
  /** Storage roots to look at beside those that are found, e.g. the one from the command line. */
  readonly storage: readonly string[];
  /** Prefixes of environments to look at beside those that are found: absolute, or `~/...`. */
  readonly prefixes: readonly string[];
}
