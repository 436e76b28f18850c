import type { Environment, LaunchSpec } from '../remote/protocol.ts';

/** Name of a viewer on the command line and in the JSON output. */
export type ViewerId = 'runicorn' | 'builtin';

/** The environment that a viewer is launched in: what is remembered of it, too. */
export type LaunchEnvironment = Pick<Environment, 'name' | 'kind' | 'prefix' | 'python'>;

/** What a viewer may do to the storage: only look, or what `--manage` allows as well. */
export type StorageAccess = 'read-only' | 'manage';

/** What an adapter needs to know to launch its viewer. */
export interface LaunchInput {
  /** Id of the session on the server. */
  readonly session: string;
  /** The interpreter to run it: the environment's, or the agent's own. */
  readonly python: string;
  /** Absolute path on the server. */
  readonly storage: string;
  readonly access: StorageAccess;
}

interface Viewer {
  readonly id: ViewerId;
  /** Its name as its makers write it. */
  readonly title: string;
  /** Said once before the start when the viewer itself may write below the storage root. */
  readonly writeNotice: string | undefined;
  /** Answers 200 when the viewer is well; asked on the server first, then end to end. */
  readonly healthPath: string;
  /** How long it may take is not for the adapter to say: `--timeout` does. */
  launch(input: LaunchInput): Omit<LaunchSpec, 'startTimeoutS'>;
}

/** A viewer that is a package in one of the server's environments. */
export interface PackagedViewer extends Viewer {
  readonly comes: 'in-environment';
  /** Name of the distribution on PyPI that an environment must have. */
  readonly distribution: string;
  /** Oldest version that this adapter can launch. */
  readonly oldestVersion: string;
}

/** A viewer that travels to the server over the connection, and whose web files stay on this machine. */
export interface BundledViewer extends Viewer {
  readonly comes: 'with-porthole';
  readonly version: string;
}

/** All that porthole knows of one viewer: what to look for, how it is launched, how its health is read. */
export type ViewerAdapter = PackagedViewer | BundledViewer;
