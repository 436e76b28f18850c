import { signal } from '@preact/signals';
import { formatMetric } from '../../kit/format.ts';
import { goTo, setQuery } from '../../kit/location.ts';
import { now } from '../../kit/now.ts';
import { readSetting, writeSetting } from '../../kit/settings.ts';
import { DataTable } from '../../kit/table/data-table.tsx';
import type { TableColumn, TableLine } from '../../kit/table/table-model.ts';
import { runHref } from '../places.ts';
import { meanOf, type RunGroup } from './arrange.ts';
import { cellOf, nameCell } from './cells.tsx';
import {
  BASE_COLUMNS,
  type ColumnId,
  columnTitle,
  fieldOfColumn,
  isBaseColumn,
  writeValue,
} from './columns.ts';
import { nameOf, type Run } from './run.ts';
import { closedGroups, columns, cursor, groups, selected, shown, view } from './runs-state.ts';
import { select, selectAll } from './selection.ts';
import { nextSort, writeSort } from './view.ts';

/** The runs that are shown, as a table. */
export const RunsTable = () => {
  const all = shown.value;
  const ticked = all.filter(({ key }) => selected.value.has(key)).length;
  const lines = linesOf(all, groups.value);
  return (
    <DataTable
      label="Runs"
      columns={[nameColumn(), ...columns.value.map(toTableColumn)]}
      lines={lines}
      sort={view.value.sort}
      onSort={changeSort}
      onResize={resize}
      cursor={cursor.value}
      onCursor={(key) => {
        cursor.value = key;
      }}
      selected={selected.value}
      onSelect={(key, how) => select(key, { how, lines })}
      allSelected={ticked === 0 ? false : ticked === all.length ? true : 'mixed'}
      onSelectAll={() => selectAll(all)}
      onOpen={({ key }) => goTo(runHref(key))}
      onToggleGroup={toggleGroup}
      nameOf={nameOf}
      above={BARS_HEIGHT}
    />
  );
};

/** Of the bar at the top and the toolbar. */
const BARS_HEIGHT = 88;

const linesOf = (
  runs: readonly Run[],
  inGroups: readonly RunGroup[] | null,
): ReadonlyArray<TableLine<Run>> => {
  if (inGroups === null) return runs.map(toLine);
  return inGroups.flatMap((group) => {
    const isOpen = !closedGroups.value.has(group.key);
    const head: TableLine<Run> = {
      kind: 'group',
      key: `group ${group.key}`,
      title: group.title,
      count: group.runs.length,
      isOpen,
      cell: (column) => <GroupCell column={column} runs={group.runs} />,
    };
    return [head, ...(isOpen ? group.runs.map(toLine) : [])];
  });
};

const toLine = (run: Run): TableLine<Run> => ({ kind: 'item', key: run.key, item: run });

const toggleGroup = (lineKey: string): void => {
  const key = lineKey.replace(/^group /, '');
  const closed = new Set(closedGroups.peek());
  if (!closed.delete(key)) closed.add(key);
  closedGroups.value = closed;
};

/** What the numbers of a group are on average; times say nothing so. */
const GroupCell = ({ column, runs }: { column: ColumnId; runs: readonly Run[] }) => {
  const field = fieldOfColumn(column);
  if (field === undefined || field.kind === 'time' || column === 'pid') return null;
  const mean = meanOf(runs.map((run) => field.read(run, now.peek())));
  if (mean === null) return null;
  const isMetric = column === 'best' || column.startsWith('metric:');
  const text = isMetric ? formatMetric(mean) : writeValue(mean, field.kind);
  return <span title={`Mean of ${runs.length}`}>⌀ {text}</span>;
};

const nameColumn = (): TableColumn<Run> => {
  const width = widths.value.name ?? (window.innerWidth < 560 ? 168 : 260);
  return { key: 'name', title: 'Name', width, cell: (run) => nameCell(run, width) };
};

const NUMBER_WIDTH = 108;

const toTableColumn = (id: ColumnId): TableColumn<Run> => {
  const { title, kind } = columnTitle(id);
  const width = isBaseColumn(id) ? BASE_COLUMNS[id].width : NUMBER_WIDTH;
  return {
    key: id,
    title,
    description: `${title} (${kind.toLowerCase()})`,
    width: widths.value[id] ?? width,
    align: isNumeric(id) ? 'end' : 'start',
    cell: (run) => cellOf(id, run),
  };
};

/** Numbers stand under each other; a setting may be one or a word, and looks well at the end too. */
const isNumeric = (id: ColumnId): boolean =>
  !isBaseColumn(id) || ['duration', 'best', 'size', 'pid'].includes(id);

const changeSort = (key: string): void => {
  const isText = ['name', 'path', 'host', 'tag', 'id', 'status'].includes(key);
  setQuery({ sort: writeSort(nextSort(view.peek().sort, { key, isText })) });
};

const readWidths = (): Readonly<Record<string, number>> => {
  try {
    const kept: unknown = JSON.parse(readSetting('widths') ?? '{}');
    const entries = Object.entries(typeof kept === 'object' && kept !== null ? kept : {});
    return Object.fromEntries(entries.filter(([, width]) => typeof width === 'number'));
  } catch {
    return {};
  }
};

const widths = signal(readWidths());

const resize = (key: string, width: number): void => {
  widths.value = { ...widths.value, [key]: Math.round(width) };
  writeSetting('widths', JSON.stringify(widths.value));
};
