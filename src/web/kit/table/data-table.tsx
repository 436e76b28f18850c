import { useCallback, useEffect, useId } from 'preact/hooks';
import { classes } from '../classes.ts';
import { useVirtualRows } from '../use-virtual-rows.ts';
import styles from './data-table.module.css';
import { HEAD_HEIGHT, TableHead } from './table-head.tsx';
import { GroupLine, ItemLine } from './table-lines.tsx';
import { type TableColumn, type TableLine, type TableSort, tableKeyAction } from './table-model.ts';

const ROW_HEIGHT = 32;
const TICK_WIDTH = 34;

/** What a table shows, and whom it tells. The first column stays in sight. */
export interface DataTableProps<Item> {
  readonly label: string;
  readonly columns: ReadonlyArray<TableColumn<Item>>;
  readonly lines: ReadonlyArray<TableLine<Item>>;
  readonly sort: TableSort | null;
  readonly onSort: (key: string) => void;
  readonly onResize?: (key: string, width: number) => void;
  /** Key of the line that the keyboard is at. */
  readonly cursor: string | null;
  readonly onCursor: (key: string) => void;
  readonly selected: ReadonlySet<string>;
  /** Ticks or unticks a line; `range`: and all between it and the last one. */
  readonly onSelect: (key: string, how: 'one' | 'range') => void;
  /** State of the box that stands for all of them. */
  readonly allSelected: boolean | 'mixed';
  readonly onSelectAll: () => void;
  readonly onOpen: (item: Item) => void;
  readonly onToggleGroup?: (key: string) => void;
  readonly nameOf: (item: Item) => string;
  /** Pixels of the window that are surely above the table. */
  readonly above?: number;
}

/** A table of any length: keyboard, selection, groups, widths; only what is in sight is made. */
export const DataTable = <Item,>(props: DataTableProps<Item>) => {
  const { columns, lines, cursor } = props;
  const id = useId();
  const { viewport, range, slots, reveal } = useVirtualRows({
    count: lines.length,
    rowHeight: ROW_HEIGHT,
    covered: HEAD_HEIGHT,
    above: props.above ?? 0,
  });
  const at = cursor === null ? -1 : lines.findIndex(({ key }) => key === cursor);
  const width = TICK_WIDTH + columns.reduce((sum, column) => sum + column.width, 0);
  const tracks = columns.map((column) => `${column.width}px`).join(' ');

  // Once a move of the cursor, not whenever lines come in above it.
  useEffect(() => {
    if (at >= 0) reveal(at);
  }, [cursor]);

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => runKey(event, { props, at, page: pageOf(viewport.current) }),
    [props, at],
  );

  return (
    <div
      ref={viewport}
      class={styles.viewport}
      // Not a grid: there rows could not open and close, as groups do.
      role="treegrid"
      aria-label={props.label}
      aria-rowcount={lines.length + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={at >= range.first && at < range.end ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      style={{
        '--tracks': `${TICK_WIDTH}px ${tracks} minmax(0, 1fr)`,
        '--tick': `${TICK_WIDTH}px`,
      }}
    >
      <TableHead {...props} width={width} />
      <div
        class={styles.body}
        role="rowgroup"
        style={{ height: `${lines.length * ROW_HEIGHT}px`, minWidth: `${width}px` }}
      >
        <div
          class={styles.window}
          role="presentation"
          style={{ top: `${range.first * ROW_HEIGHT}px` }}
        >
          {lines.slice(range.first, range.end).map((line, i) => {
            const index = range.first + i;
            const shared = {
              id: `${id}-${index}`,
              rowIndex: index + 2,
              class: classes(styles.row, index === at && styles.cursor),
            };
            return line.kind === 'group' ? (
              // A row that leaves gives its elements to one that comes.
              <GroupLine key={index % slots} {...shared} line={line} table={props} />
            ) : (
              <ItemLine key={index % slots} {...shared} line={line} table={props} />
            );
          })}
        </div>
      </div>
    </div>
  );
};

const pageOf = (viewport: HTMLElement | null): number =>
  Math.max(1, Math.floor(((viewport?.clientHeight ?? 0) - HEAD_HEIGHT) / ROW_HEIGHT) - 1);

const runKey = <Item,>(
  event: KeyboardEvent,
  { props, at, page }: { props: DataTableProps<Item>; at: number; page: number },
): void => {
  const isOwn = event.target === event.currentTarget;
  if (!isOwn || event.ctrlKey || event.metaKey || event.altKey) return;
  const { lines } = props;
  const action = tableKeyAction(event, { at, count: lines.length, page });
  const line = lines[at];
  if (action === undefined || lines.length === 0) return;
  event.preventDefault();
  switch (action.kind) {
    case 'move': {
      const next = lines[action.to];
      if (next === undefined) return;
      if (action.extend && line?.kind === 'item' && !props.selected.has(line.key)) {
        props.onSelect(line.key, 'one');
      }
      props.onCursor(next.key);
      if (action.extend && next.kind === 'item') props.onSelect(next.key, 'range');
      return;
    }
    case 'open':
      if (line?.kind === 'item') props.onOpen(line.item);
      if (line?.kind === 'group') props.onToggleGroup?.(line.key);
      return;
    case 'toggle':
      if (line?.kind === 'item') props.onSelect(line.key, 'one');
      if (line?.kind === 'group') props.onToggleGroup?.(line.key);
      return;
    case 'collapse':
    case 'expand':
      if (line?.kind === 'group' && line.isOpen === (action.kind === 'collapse')) {
        props.onToggleGroup?.(line.key);
      }
      return;
    default:
      action satisfies never;
  }
};
