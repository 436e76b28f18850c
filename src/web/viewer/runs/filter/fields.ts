import type { ColumnNames, NamesAndRuns, Value } from '../../api-types.ts';
import { durationOf, nameOf, type Run } from '../run.ts';

/** Something of a run that can be compared, sorted by and grouped by. */
export interface Field {
  /** How its values are written in a filter. */
  readonly kind: 'text' | 'texts' | 'number' | 'duration' | 'bytes' | 'time' | 'any';
  /** Column of the API that it needs beyond what every run has; null where it needs none. */
  readonly column: string | null;
  readonly read: (run: Run, now: number) => Value | readonly string[];
}

const base = (kind: Field['kind'], read: Field['read']): Field => ({ kind, column: null, read });

/** What every run has. */
export const BASE_FIELDS: Readonly<Record<string, Field>> = {
  name: base('text', (run) => nameOf(run)),
  id: base('text', ({ id }) => id),
  alias: base('text', ({ alias }) => alias),
  path: base('text', ({ path }) => path),
  tag: base('texts', ({ tags }) => tags),
  status: base('text', ({ status }) => status),
  reason: base('text', ({ reason }) => reason),
  host: base('text', ({ host }) => host),
  pid: base('number', ({ pid }) => pid),
  created: base('time', ({ createdAt }) => createdAt),
  started: base('time', ({ startedAt }) => startedAt),
  ended: base('time', ({ endedAt }) => endedAt),
  updated: base('time', ({ updatedAt }) => updatedAt),
  age: base('duration', ({ createdAt }, now) => (createdAt === null ? null : now - createdAt)),
  duration: base('duration', (run, now) => durationOf(run, now)),
  size: base('bytes', ({ size }) => size),
  best: base('number', ({ bestValue }) => bestValue),
  problem: base('text', ({ problem }) => problem),
};

const SAME: Readonly<Record<string, string>> = { tags: 'tag', run: 'name' };

/** What may be asked of a metric; `last` where nothing is said. */
export const METRIC_PARTS = ['last', 'best', 'min', 'max', 'count'] as const;

export type MetricPart = (typeof METRIC_PARTS)[number];

/** Columns of the API. */
export const metricColumn = (name: string, part: MetricPart): string => `metric:${name}:${part}`;
export const configColumn = (name: string): string => `config:${name}`;
export const summaryColumn = (name: string): string => `summary:${name}`;

/** The field that is a column of the API. */
export const columnField = (column: string): Field => ({
  kind: 'any',
  column,
  read: ({ values }) => values[column] ?? null,
});

/**
 * The field that a filter calls `name`; undefined where nothing is called so. What every run has
 * comes first, then settings, metrics, results; `config.x`, `metric.x`, `summary.x` say which.
 */
export const findField = (name: string, names: ColumnNames): Field | undefined => {
  const lower = name.toLowerCase();
  const own = SAME[lower] ?? lower;
  if (Object.hasOwn(BASE_FIELDS, own)) return BASE_FIELDS[own];
  const column = findColumn(name, names);
  return column === undefined ? undefined : columnField(column);
};

const findColumn = (
  name: string,
  { config, metrics, summary }: ColumnNames,
): string | undefined => {
  const [, group, rest = ''] = /^(config|metric|summary)[.:](.+)$/s.exec(name) ?? [];
  if (group === 'config') return has(config, rest) ? configColumn(rest) : undefined;
  if (group === 'summary') return has(summary, rest) ? summaryColumn(rest) : undefined;
  if (group === 'metric') return findMetric(rest, metrics);
  if (has(config, name)) return configColumn(name);
  const metric = findMetric(name, metrics);
  if (metric !== undefined) return metric;
  return has(summary, name) ? summaryColumn(name) : undefined;
};

const findMetric = (name: string, metrics: NamesAndRuns): string | undefined => {
  if (has(metrics, name)) return metricColumn(name, 'last');
  const [, metric = '', word] = /^(.+)[.:](\w+)$/s.exec(name) ?? [];
  const part = METRIC_PARTS.find((one) => one === word);
  return part !== undefined && has(metrics, metric) ? metricColumn(metric, part) : undefined;
};

const has = ({ name }: NamesAndRuns, wanted: string): boolean => name.includes(wanted);

/** All names that a filter may use, those that every run has first. */
export const allFieldNames = ({ config, metrics, summary }: ColumnNames): readonly string[] => [
  ...new Set([...Object.keys(BASE_FIELDS), ...config.name, ...metrics.name, ...summary.name]),
];

/** The name that is nearest to one that nothing is called by; undefined where none is near. */
export const nearestName = (name: string, names: readonly string[]): string | undefined => {
  const wanted = name.toLowerCase();
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let nearest: { name: string; distance: number } | undefined;
  for (const one of names.slice(0, 2_000)) {
    const distance = editDistance(wanted, one.toLowerCase(), limit);
    if (distance <= limit && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY)) {
      nearest = { name: one, distance };
    }
  }
  return nearest?.name;
};

/** Letters to change, add or take away (Levenshtein); more than `limit` is not counted out. */
const editDistance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit + 1;
};
