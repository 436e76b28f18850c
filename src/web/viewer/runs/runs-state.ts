import { computed, signal } from '@preact/signals';
import { address, setQuery } from '../../kit/location.ts';
import { now } from '../../kit/now.ts';
import { readSetting, writeSetting } from '../../kit/settings.ts';
import { groupRuns, isBelow, sortRuns } from './arrange.ts';
import { type ColumnId, defaultColumns, fieldOfColumn, writeValue } from './columns.ts';
import { type CompiledFilter, compileFilter } from './filter/compile.ts';
import { parseFilter } from './filter/parse.ts';
import { FilterError } from './filter/tokens.ts';
import { finishedPart } from './filter/unfinished.ts';
import type { Run } from './run.ts';
import { columnNames, runList } from './runs-feed.ts';
import { readView } from './view.ts';

/** What is looked at, from the address. */
export const view = computed(() => readView(address.value));

/** Age and duration move on; the order of a long list need not every second. */
const TICK_S = 10;
const tick = computed(() => Math.floor(now.value / TICK_S) * TICK_S);

/** Chosen columns: those of the address, else those chosen last, else the most useful. */
export const columns = computed<readonly ColumnId[]>(() => {
  const chosen = view.value.columns ?? keptColumns.value ?? defaultColumns(columnNames.value);
  return chosen.filter((id) => id !== 'name' && fieldOfColumn(id) !== undefined);
});

const readKept = (): readonly ColumnId[] | null => {
  try {
    const kept: unknown = JSON.parse(readSetting('columns') ?? 'null');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : null;
  } catch {
    return null;
  }
};

const keptColumns = signal(readKept());

/** Chooses columns, here and for the next visit; null goes back to the first ones. */
export const chooseColumns = (ids: readonly ColumnId[] | null): void => {
  keptColumns.value = ids;
  writeSetting('columns', ids === null ? null : JSON.stringify(ids));
  setQuery({ col: ids });
};

/** While a filter is typed, what is not whole yet at its end does not count. */
export const isTyping = signal(false);
const filterText = computed(() =>
  isTyping.value ? finishedPart(view.value.filter) : view.value.filter,
);

const compiled = computed<{ filter: CompiledFilter | null; error: FilterError | null }>(() => {
  try {
    return {
      filter: compileFilter(parseFilter(filterText.value), columnNames.value),
      error: null,
    };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { filter: null, error };
  }
});

/** What is wrong with the filter; null while nothing is. */
export const filterError = computed(() => compiled.value.error);

/** While a filter is being typed the last one that could be read goes on. */
let lastFilter: CompiledFilter = { columns: [], matches: () => true };
const filter = computed(() => {
  lastFilter = compiled.value.filter ?? lastFilter;
  return lastFilter;
});

/** Columns of the API that are needed for what is shown; the same list while they stay the same. */
export const neededColumns = computed(() => {
  const { sort, group } = view.value;
  const ids = [...columns.value, sort.key, group];
  const own = ids.map((id) => fieldOfColumn(id)?.column ?? null).filter((id) => id !== null);
  return [...new Set([...own, ...filter.value.columns])].sort();
});

/** Runs that count at all: the bin holds the deleted ones, and only those. */
export const candidates = computed<readonly Run[]>(() => {
  const { isBin } = view.value;
  return [...runList.value.runs.values()].filter(({ deletedAt }) => (deletedAt !== null) === isBin);
});

/** How many are in the bin. */
export const binCount = computed(
  () => [...runList.value.runs.values()].filter(({ deletedAt }) => deletedAt !== null).length,
);

/** Those at the path. */
export const inPath = computed(() =>
  candidates.value.filter(({ path }) => isBelow(path, view.value.path)),
);

/** Those that the filter lets through, in order. */
export const shown = computed(() => {
  const { sort } = view.value;
  const { matches } = filter.value;
  const matching = inPath.value.filter((run) => matches(run, tick.value));
  const field = fieldOfColumn(sort.key) ?? fieldOfColumn('created');
  if (field === undefined) return matching;
  return sortRuns(matching, { field, direction: sort.direction, now: tick.value });
});

/** The same in groups; null where nobody asked for groups. */
export const groups = computed(() => {
  const field = view.value.group === '' ? undefined : fieldOfColumn(view.value.group);
  if (field === undefined) return null;
  const write = (value: Parameters<typeof writeValue>[0]) => writeValue(value, field.kind);
  return groupRuns(shown.value, { field, now: tick.value, write });
});

/** Groups that are closed, by their keys. */
export const closedGroups = signal<ReadonlySet<string>>(new Set());

/** Keys of ticked runs. */
export const selected = signal<ReadonlySet<string>>(new Set());

/** Ticked runs that are there, in the order of the list. */
export const selectedRuns = computed(() => {
  const keys = selected.value;
  if (keys.size === 0) return [];
  return [...runList.value.runs.values()].filter(({ key }) => keys.has(key));
});

/** Key of the line that the keyboard is at. */
export const cursor = signal<string | null>(null);
