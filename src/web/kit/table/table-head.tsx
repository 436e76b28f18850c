import { classes } from '../classes.ts';
import { Tick } from '../field.tsx';
import { Icon } from '../icon.tsx';
import styles from './data-table.module.css';
import type { DataTableProps } from './data-table.tsx';
import type { TableColumn, TableSort } from './table-model.ts';

/** Pixels; the head stays in sight and covers what is below it. */
export const HEAD_HEIGHT = 32;

const NARROWEST = 48;
const WIDEST = 900;

/** Titles of the columns: a click sorts, the edge at the right is drawn to another width. */
export const TableHead = <Item,>(props: DataTableProps<Item> & { readonly width: number }) => (
  <div class={styles.head} role="rowgroup" style={{ minWidth: `${props.width}px` }}>
    <div class={styles.row} role="row" aria-rowindex={1}>
      <div class={classes(styles.tick, styles.headCell)} role="columnheader">
        <Tick label="Select all" checked={props.allSelected} onChange={props.onSelectAll} />
      </div>
      {props.columns.map((column, i) => (
        <div
          key={column.key}
          class={classes(
            styles.cell,
            styles.headCell,
            i === 0 && styles.sticky,
            column.align === 'end' && styles.end,
          )}
          role="columnheader"
          aria-sort={sortOf(column, props.sort)}
        >
          <Title column={column} sort={props.sort} onSort={props.onSort} />
          {props.onResize !== undefined && (
            <span
              class={styles.edge}
              aria-hidden="true"
              onPointerDown={(event) => startResize(event, column, props.onResize)}
            />
          )}
        </div>
      ))}
      <div class={styles.headCell} role="presentation" />
    </div>
  </div>
);

const sortOf = ({ key, sortable }: TableColumn<never>, sort: TableSort | null) => {
  if (sortable === false) return undefined;
  return sort?.key === key ? sort.direction : 'none';
};

const Title = <Item,>({
  column,
  sort,
  onSort,
}: {
  column: TableColumn<Item>;
  sort: TableSort | null;
  onSort: (key: string) => void;
}) => {
  const { key, title, description } = column;
  if (column.sortable === false) return <span class={styles.title}>{title}</span>;
  return (
    <button
      type="button"
      class={styles.sort}
      title={description ?? title}
      onClick={() => onSort(key)}
    >
      <span class={styles.title}>{title}</span>
      {sort?.key === key && (
        <Icon name={sort.direction === 'ascending' ? 'arrow-up' : 'arrow-down'} size={12} />
      )}
    </button>
  );
};

const startResize = (
  event: PointerEvent,
  { key, width }: TableColumn<never>,
  onResize: ((key: string, width: number) => void) | undefined,
): void => {
  event.preventDefault();
  const edge = event.currentTarget as HTMLElement;
  const from = event.clientX;
  edge.setPointerCapture(event.pointerId);
  const move = ({ clientX }: PointerEvent) =>
    onResize?.(key, Math.max(NARROWEST, Math.min(WIDEST, width + clientX - from)));
  edge.addEventListener('pointermove', move);
  edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', move), {
    once: true,
  });
};
