import type { DataSign, Environment, ProgramSigns } from '../remote/protocol/probe.ts';
import type { LaunchSpec } from '../remote/protocol/sessions.ts';

/** Name of a viewer on the command line and in the JSON output; [a-z0-9-]. */
export type ViewerId = string;

/** The environment that a viewer is launched in: what is remembered of it, too. */
export type LaunchEnvironment = Pick<Environment, 'name' | 'kind' | 'prefix' | 'python'>;

/** What a viewer may do to the storage: only look, or what `--manage` allows as well. */
export type StorageAccess = 'read-only' | 'manage';

/**
 * The most that whoever uses a viewer, or the viewer itself, may do on the server: look, change what is
 * in the storage, or run code of their own with the rights of the account.
 */
export type ViewerCapability = 'reads' | 'may-write' | 'executes-code';

/** What an adapter needs to know to launch its viewer. */
export interface LaunchInput {
  /** Id of the session on the server. */
  readonly session: string;
  /** The interpreter to run it: the environment's, or the agent's own. */
  readonly python: string;
  /** null for a viewer that runs in none. */
  readonly environment: LaunchEnvironment | null;
  /** Absolute path on the server. */
  readonly storage: string;
  readonly access: StorageAccess;
  /** A fresh secret of this session, for viewers with a `token`. */
  readonly secret: string;
}

/** A package, and the oldest version of it that the adapter can launch. */
export interface Requirement {
  /** Name of the distribution on PyPI. */
  readonly distribution: string;
  readonly oldestVersion: string;
}

/** A secret that a viewer asks for: porthole sets it at the start and adds it to every request. */
export interface ViewerToken {
  /** Name of the header. */
  readonly header: string;
  /** Its value, for a secret. */
  readonly value: (secret: string) => string;
}

interface Viewer {
  readonly id: ViewerId;
  /** Its name as its makers write it. */
  readonly title: string;
  readonly capability: ViewerCapability;
  /** Said once before the start, where it can do more than read. */
  readonly notice: string | undefined;
  /** What in a storage counts as its data. */
  readonly data: readonly DataSign[];
  /** How one that its user has started by hand is known; undefined where that cannot be told. */
  readonly startedAs?: ProgramSigns;
  /** What its storage may be. */
  readonly takes: 'directory' | 'file-or-directory';
  /** What it shows where no storage is named and none is found; `refuse` unless told. */
  readonly withoutStorage?: 'home' | 'refuse';
  /** `port`: it cannot serve a unix socket; other accounts of the server reach it, unless it has a token. */
  readonly listens: 'socket' | 'port';
  readonly token?: ViewerToken;
  /** Answers 200 when the viewer is well; asked on the server first, then end to end. */
  readonly healthPath: string;
  /** `any-answer`: any status will do; `ok` unless told. */
  readonly healthyWhen?: 'ok' | 'any-answer';
  /** Paths that its page asks for before anything else: they are asked for while it opens. */
  readonly firstRequests?: readonly string[];
  /** Seconds that a slow disk may make of its start: after these it is said; how long is waited, `--timeout` says. */
  readonly slowStartS: number;
  launch(input: LaunchInput): Omit<LaunchSpec, 'startTimeoutS'>;
}

/** A viewer that runs in one of the server's environments. */
export interface PackagedViewer extends Viewer {
  readonly comes: 'in-environment';
  /** Any one of these packages will do, the first before the others; empty: any environment will do. */
  readonly distributions: readonly Requirement[];
  /** The words of the user's own command, where it is one. */
  readonly command?: readonly string[];
}

/** A viewer that travels to the server over the connection, and whose web files stay on this machine. */
export interface BundledViewer extends Viewer {
  readonly comes: 'with-porthole';
  readonly version: string;
}

/** All that porthole knows of one viewer: what to look for, how it is launched, how its health is read. */
export type ViewerAdapter = PackagedViewer | BundledViewer;
