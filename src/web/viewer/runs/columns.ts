import {
  formatBytes,
  formatDuration,
  formatNumber,
  formatTime,
  NOTHING,
} from '../../kit/format.ts';
import type { ColumnNames, Value } from '../api-types.ts';
import { BASE_FIELDS, columnField, type Field, metricColumn } from './filter/fields.ts';

/**
 * A column of the list, by its name in the address: a field that every run has (`status`), or a
 * column of the API (`metric:loss:min`, `config:lr`).
 */
export type ColumnId = string;

/** What may be shown beside the name, in the order in which it is offered. */
export const BASE_COLUMNS = {
  status: { title: 'Status', width: 112 },
  created: { title: 'Created', width: 84 },
  duration: { title: 'Duration', width: 104 },
  best: { title: 'Best', width: 104 },
  path: { title: 'Path', width: 180 },
  tag: { title: 'Tags', width: 160 },
  host: { title: 'Host', width: 112 },
  size: { title: 'Size', width: 84 },
  updated: { title: 'Updated', width: 84 },
  ended: { title: 'Ended', width: 84 },
  pid: { title: 'PID', width: 84 },
  id: { title: 'ID', width: 200 },
  reason: { title: 'Reason', width: 260 },
  problem: { title: 'Problem', width: 260 },
} as const satisfies Readonly<Record<string, { title: string; width: number }>>;

/** The field behind a column; undefined for a name that is no column. */
export const fieldOfColumn = (id: ColumnId): Field | undefined => {
  if (Object.hasOwn(BASE_FIELDS, id)) return BASE_FIELDS[id];
  return /^(metric:.+:(last|best|min|max|count)|(config|summary):.+)$/s.test(id)
    ? columnField(id)
    : undefined;
};

/** How a column is called: `loss`, `loss min`, `lr`. */
export const columnTitle = (id: ColumnId): { readonly title: string; readonly kind: string } => {
  if (id === 'name') return { title: 'Name', kind: 'Run' };
  if (isBaseColumn(id)) return { title: BASE_COLUMNS[id].title, kind: 'Run' };
  const [, name = id, part = 'last'] = /^metric:(.+):(\w+)$/s.exec(id) ?? [];
  if (id.startsWith('metric:')) {
    return { title: part === 'last' ? name : `${name} ${part}`, kind: `Metric, ${part}` };
  }
  const [, group, key = id] = /^(config|summary):(.+)$/s.exec(id) ?? [];
  return { title: key, kind: group === 'config' ? 'Config' : 'Summary' };
};

export const isBaseColumn = (id: ColumnId): id is keyof typeof BASE_COLUMNS =>
  Object.hasOwn(BASE_COLUMNS, id);

/** How many metrics are shown before anybody chose. */
const FIRST_METRICS = 3;

/** What is shown before anybody chose: the metrics that most runs have among it. */
export const defaultColumns = (names: ColumnNames): readonly ColumnId[] => [
  ...['status', 'created', 'duration', 'best'],
  ...mostUsed(names).map((name) => metricColumn(name, 'last')),
  ...['path', 'tag', 'host', 'size'],
];

/** What most people look at first, where as many runs have it as another. */
const isResult = (name: string): boolean =>
  /loss|acc|error|score|f1|auc|map|iou|bleu|reward|return|perplexity|ppl/i.test(name);

const mostUsed = ({ metrics }: ColumnNames): readonly string[] =>
  metrics.name
    .map((name, i) => ({ name, runs: metrics.runs[i] ?? 0 }))
    .filter(({ name }) => !/^(epoch|step|_?timestamp)$/i.test(name))
    .sort((a, b) => b.runs - a.runs || Number(isResult(b.name)) - Number(isResult(a.name)))
    .slice(0, FIRST_METRICS)
    .map(({ name }) => name);

/** A value in the words of its column. */
export const writeValue = (value: Value | readonly string[], kind: Field['kind']): string => {
  if (value === null) return NOTHING;
  if (typeof value === 'object') return value.join(', ');
  if (typeof value !== 'number') return value === '' ? NOTHING : String(value);
  if (kind === 'duration') return formatDuration(value);
  if (kind === 'bytes') return formatBytes(value);
  if (kind === 'time') return formatTime(value);
  return formatNumber(value);
};
