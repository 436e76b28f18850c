import { type Address, queryValue } from '../../kit/address.ts';
import type { TableSort } from '../../kit/table/table-model.ts';
import type { ColumnId } from './columns.ts';

/** What of the runs is looked at, and how: all of it stands in the address. */
export interface RunsView {
  /** Words and conditions, as typed. */
  readonly filter: string;
  /** '' is the whole storage. */
  readonly path: string;
  readonly sort: TableSort;
  /** Column that runs are grouped by; '' for none. */
  readonly group: ColumnId;
  /** Chosen columns; null while nobody chose. */
  readonly columns: readonly ColumnId[] | null;
  /** Deleted runs, and only those. */
  readonly isBin: boolean;
}

/** Newest first. */
const FIRST_SORT: TableSort = { key: 'created', direction: 'descending' };

/** Reads a view from the address; what is missing is as it is at first. */
export const readView = (address: Address): RunsView => ({
  filter: queryValue(address, 'q'),
  path: queryValue(address, 'path'),
  sort: readSort(queryValue(address, 'sort')),
  group: queryValue(address, 'group'),
  columns: address.query.col ?? null,
  isBin: queryValue(address, 'bin') === 'yes',
});

const readSort = (text: string): TableSort => {
  if (text === '') return FIRST_SORT;
  return text.startsWith('-')
    ? { key: text.slice(1), direction: 'descending' }
    : { key: text, direction: 'ascending' };
};

/** A sort as it stands in the address; '' for the first one. */
export const writeSort = ({ key, direction }: TableSort): string => {
  if (key === FIRST_SORT.key && direction === FIRST_SORT.direction) return '';
  return direction === 'descending' ? `-${key}` : key;
};

/** The order after a click on a title: first the one that is looked for more often. */
export const nextSort = (
  sort: TableSort,
  { key, isText }: { readonly key: string; readonly isText: boolean },
): TableSort => {
  const first = isText ? 'ascending' : 'descending';
  if (sort.key !== key) return { key, direction: first };
  if (sort.direction !== first) return FIRST_SORT;
  return { key, direction: first === 'ascending' ? 'descending' : 'ascending' };
};
