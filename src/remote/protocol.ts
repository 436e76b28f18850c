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

const path = z.string().min(1).max(4096);
const shortText = z.string().max(1024);
const count = z.number().int().nonnegative();

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

// ── probe ────────────────────────────────────────────────────────────────────

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

/** Identity of a process: signalled, or trusted, only where all three still match. */
export const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  /** Field 22 of /proc/PID/stat (clock ticks after boot), or `ps -o lstart=` where there is no /proc. */
  startTime: z.string().max(64),
  bootId: z.string().max(128),
});

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

/** What decides on the server whether a viewer can run: the answer to `probe` {diagnose: {pythons}}. */
export const diagnosisSchema = z.object({
  host: hostFactsSchema,
  /** The server's clock, milliseconds since the epoch. */
  wallMs: z.number(),
  /** Interpreters at the places where the bootstrap looks, in its order. */
  pythons: z
    .array(
      z.object({
        path,
        /** null where it does not run, or says something else. */
        version: z.string().max(64).nullable(),
        /** What it says that it is: another path behind a shim or a link. */
        executable: path.nullable(),
      }),
    )
    .max(64),
  /** Places for the runtime directory, in the order tried. */
  bases: z
    .array(
      z.object({
        path,
        /** Why no directory can be made there; null where one was made, and removed again. */
        problem: shortText.nullable(),
        /** Somebody else's directory, or a link, lies where ours would be. */
        trap: z.boolean(),
        /** Octal. */
        mode: z.string().max(8).nullable(),
        freeBytes: z.number().nonnegative().nullable(),
        freeFiles: z.number().nonnegative().nullable(),
        noexec: z.boolean(),
        readOnly: z.boolean(),
      }),
    )
    .max(16),
  /** logind's KillUserProcesses: it ends a viewer with the login. */
  killsUserProcesses: z.boolean(),
  hasProc: z.boolean(),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;

/**
 * Result of `load` {part, modules}: the modules of that part (`probe`, `streams`) are there from now on. They
 * come as {name: source}, or as JSON of that, compressed, in base64.
 */
export const loadResultSchema = z.object({});

/** Result of `streams` {}: frames of bytes may stand between the lines from now on (`stream-frames.ts`). */
export const streamsResultSchema = z.object({});

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

// ── launch, attach ───────────────────────────────────────────────────────────

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
  storage: z.lazy(() => checkPathResultSchema).nullable(),
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

// ── the rest ─────────────────────────────────────────────────────────────────

/** Result of `ping` {}: renews the lease of every session attached to this agent. */
export const pingResultSchema = z.object({ sessions: z.array(shortText).max(1000) });

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

/** Result of `check-path` {path}; `~` at its start is the user's home. */
export const checkPathResultSchema = z.object({
  /** Absolute, `~` expanded, links kept. */
  path,
  kind: z.enum(['directory', 'file', 'other', 'missing']),
  readable: z.boolean(),
  writable: z.boolean(),
  runs: count,
  runsCapped: z.boolean(),
  /** For a missing path: the nearest parent that exists. */
  nearestParent: path.nullable(),
});
export type CheckPathResult = z.infer<typeof checkPathResultSchema>;

/** Result of `list` {path}: the directories in a directory; links to some are among them. */
export const directoryResultSchema = z.object({
  /** Absolute, `~` expanded, links kept. */
  path,
  /** null at the root. */
  parent: path.nullable(),
  /** By name, hidden ones last. */
  entries: z
    .array(
      z.object({
        name: z.string().max(4096),
        /** Whether it can be entered, as far as its mode tells. */
        readable: z.boolean(),
        /** Looks like a storage root. */
        isRoot: z.boolean(),
      }),
    )
    .max(1000),
  /** Entries beyond the limit were left out. */
  truncated: z.boolean(),
  /** Why it could not be read, or not to its end, in a sentence; null where it was. */
  problem: shortText.nullable(),
});
export type DirectoryResult = z.infer<typeof directoryResultSchema>;

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

/** Codes of the agent's error replies. */
export const AGENT_ERROR_CODES = [
  'bad-request',
  'unknown-op',
  'session-exists',
  'session-unknown',
  'runtime-directory',
  'storage-missing',
  'storage-unreadable',
  'launch-failed',
  'internal',
] as const;

export const replySchema = z.union([
  z.object({ id: count, result: z.unknown() }),
  z.object({
    id: count,
    error: z.object({
      code: z.enum(AGENT_ERROR_CODES),
      message: z.string().max(8192),
      /** For storage errors: what `check-path` found. */
      storage: z.lazy(() => checkPathResultSchema).optional(),
    }),
  }),
]);
export type Reply = z.infer<typeof replySchema>;
