/** Answers of the server, as `src/builtin/API.md` describes them; units are written there. */
export interface ServerInfo {
  readonly version: string;
  readonly python: string;
  readonly host: string;
  readonly user: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly now: number;
  /** Whether people may change runs. */
  readonly manage: boolean;
  readonly storage: {
    readonly path: string;
    readonly state: 'ok' | 'empty' | 'not-a-root' | 'missing' | 'unreadable';
    readonly message: string | null;
    readonly looksFor: readonly string[];
    readonly nearest: ReadonlyArray<{ readonly path: string; readonly runs: number }>;
  };
}

/** A cell of the server: what a file held there. */
export type Value = number | string | boolean | null;

/** `/api/columns`: what runs of this storage have, and how many of them. */
export interface ColumnNames {
  readonly complete: boolean;
  readonly metrics: NamesAndRuns;
  readonly config: NamesAndRuns;
  readonly summary: NamesAndRuns;
}

export interface NamesAndRuns {
  readonly name: readonly string[];
  readonly runs: readonly number[];
}

/** `/api/disk`: bytes below each path of runs. */
export interface DiskUse {
  readonly complete: boolean;
  readonly path: readonly string[];
  readonly size: readonly number[];
  readonly runs: readonly number[];
  readonly other: { readonly archive: number; readonly artifacts: number };
  /** Of all runs and of what lies beside them. */
  readonly total: number;
  /** Of the disk; null where it cannot be told. */
  readonly free: number | null;
}
