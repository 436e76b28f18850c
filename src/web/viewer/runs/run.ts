import type { Value } from '../api-types.ts';

/** One run as the list knows it. Times are seconds since the epoch, `size` is bytes. */
export interface Run {
  /** The server's key: opaque. */
  readonly key: string;
  readonly id: string;
  readonly path: string;
  readonly alias: string | null;
  readonly tags: readonly string[];
  readonly status: string;
  /** Why the status is what it is; a sentence. */
  readonly reason: string | null;
  readonly createdAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly updatedAt: number | null;
  /** Seconds; null while it runs. */
  readonly duration: number | null;
  readonly host: string | null;
  readonly pid: number | null;
  readonly bestName: string | null;
  readonly bestValue: number | null;
  readonly size: number | null;
  readonly deletedAt: number | null;
  /** What could not be read of it. */
  readonly problem: string | null;
  /** Columns beyond these, by their names in the API: `metric:loss:last`, `config:lr`. */
  readonly values: Readonly<Record<string, Value>>;
}

/** What people call a run: the name they gave it, else its directory's. */
export const nameOf = ({ alias, id }: Run): string => alias ?? id;

/** How long it took, or has taken until `now`; seconds. */
export const durationOf = (run: Run, now: number): number | null => {
  if (run.duration !== null) return run.duration;
  if (run.status !== 'running' || run.startedAt === null) return null;
  return Math.max(0, now - run.startedAt);
};
