import type { Value } from '../api-types.ts';
import type { Run } from './run.ts';

/** All runs known, and how far the server is with finding them. */
export interface RunList {
  readonly runs: ReadonlyMap<string, Run>;
  /** What the server calls this state; asking with it brings what is new. */
  readonly cursor: string;
  /** Found and read so far; complete once all are read. */
  readonly scan: {
    readonly complete: boolean;
    readonly found: number;
    readonly read: number;
    /** What is not shown, and why. */
    readonly problems: readonly string[];
  };
  /** Runs whose metrics are still being computed. */
  readonly pending: number;
  /** Whether anything has arrived. */
  readonly isLoaded: boolean;
}

/** Nothing yet; `0` is the server's word for it. */
export const NO_RUNS: RunList = {
  runs: new Map(),
  cursor: '0',
  scan: { complete: false, found: 0, read: 0, problems: [] },
  pending: 0,
  isLoaded: false,
};

/**
 * Takes an answer of `/api/runs`, or an event `runs`, into the list. `values`: only columns that
 * were asked for later (`base=no`); the cursor stays, since nothing else came with them.
 *
 * What the server sends is checked cell by cell: its texts come from files that anybody wrote.
 */
export const applyAnswer = (
  list: RunList,
  answer: unknown,
  kind: 'runs' | 'values' = 'runs',
): RunList => {
  const { cursor, reset, scan, pending, columns, extra, removed } = asRecord(answer);
  const cells = asRecord(columns);
  const keys = asList(cells.run);
  const extraColumns = Object.entries(asRecord(extra)).map(
    ([name, values]) => [name, asList(values)] as const,
  );
  const runs = new Map(reset === true && kind === 'runs' ? [] : list.runs);
  const keptRuns = list.runs;
  for (const [i, keyCell] of keys.entries()) {
    const key = asText(keyCell);
    const known = keptRuns.get(key);
    // Values of a run that is not known yet come again with the run itself.
    if (kind === 'values' && known === undefined) continue;
    const values = mergeValues(known?.values, extraColumns, i);
    const base = kind === 'values' ? known : readRun(cells, i);
    if (base !== undefined) runs.set(key, { ...base, values });
  }
  for (const key of asList(removed)) runs.delete(asText(key));
  const { complete, found, read, problems } = asRecord(scan);
  return {
    runs,
    cursor: kind === 'values' ? list.cursor : asText(cursor),
    scan: {
      complete: complete === true,
      found: asNumber(found) ?? 0,
      read: asNumber(read) ?? 0,
      problems: asList(problems).map(asText),
    },
    pending: asNumber(pending) ?? 0,
    isLoaded: true,
  };
};

const readRun = (cells: Readonly<Record<string, unknown>>, i: number): Run => {
  const text = (name: string): string | null => textOrNull(asList(cells[name])[i]);
  const number = (name: string): number | null => asNumber(asList(cells[name])[i]);
  return {
    key: text('run') ?? '',
    id: text('id') ?? text('run') ?? '',
    path: text('path') ?? '',
    alias: text('alias'),
    tags: asList(asList(cells.tags)[i]).map(asText),
    status: text('status') ?? 'unknown',
    reason: text('reason'),
    createdAt: number('createdAt'),
    startedAt: number('startedAt'),
    endedAt: number('endedAt'),
    updatedAt: number('updatedAt'),
    duration: number('duration'),
    host: text('host'),
    pid: number('pid'),
    bestName: text('bestName'),
    bestValue: number('bestValue'),
    size: number('size'),
    deletedAt: number('deletedAt'),
    problem: text('problem'),
    values: {},
  };
};

const mergeValues = (
  known: Run['values'] | undefined,
  columns: ReadonlyArray<readonly [string, readonly unknown[]]>,
  i: number,
): Run['values'] => {
  if (columns.length === 0) return known ?? NO_VALUES;
  // No prototype: a column may be called anything.
  const values: Record<string, Value> = Object.assign(Object.create(null), known);
  for (const [name, cells] of columns) values[name] = asValue(cells[i]);
  return values;
};

const NO_VALUES: Run['values'] = Object.create(null);

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const asText = (value: unknown): string => (typeof value === 'string' ? value : String(value));

const textOrNull = (value: unknown): string | null =>
  value === null || value === undefined ? null : asText(value);

const asNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const asValue = (value: unknown): Value =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
    ? value
    : null;
