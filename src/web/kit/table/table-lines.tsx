import type { ComponentChildren } from 'preact';
import { classes } from '../classes.ts';
import { Tick } from '../field.tsx';
import { formatCount } from '../format.ts';
import { Icon } from '../icon.tsx';
import styles from './data-table.module.css';
import type { DataTableProps } from './data-table.tsx';
import type { TableLine } from './table-model.ts';

interface LineProps<Item, Kind extends 'item' | 'group'> {
  readonly id: string;
  readonly rowIndex: number;
  readonly class: string;
  readonly line: Extract<TableLine<Item>, { kind: Kind }>;
  readonly table: DataTableProps<Item>;
}

/** One thing: a box to tick and its cells. */
export const ItemLine = <Item,>({
  id,
  rowIndex,
  line,
  table,
  ...rest
}: LineProps<Item, 'item'>) => {
  const isSelected = table.selected.has(line.key);
  return (
    <div
      id={id}
      class={classes(rest.class, isSelected && styles.selected)}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      onClick={() => table.onCursor(line.key)}
      onDblClick={() => table.onOpen(line.item)}
    >
      <div class={styles.tick} role="gridcell" tabIndex={-1}>
        <Tick
          label={`Select ${table.nameOf(line.item)}`}
          tabIndex={-1}
          checked={isSelected}
          onChange={(_, event) => table.onSelect(line.key, event.shiftKey ? 'range' : 'one')}
        />
      </div>
      {table.columns.map((column, i) => {
        const { content, ...own } = column.cell(line.item);
        return (
          <div
            key={column.key}
            {...own}
            class={classes(
              styles.cell,
              i === 0 && styles.sticky,
              column.align === 'end' && styles.end,
              surelyFits(content, column.width) && styles.fits,
              own.class,
            )}
            role="gridcell"
            tabIndex={-1}
          >
            {content}
          </div>
        );
      })}
    </div>
  );
};

/** Pixels of the widest letter, and of what a cell keeps free at its sides. */
const WIDEST_LETTER = 12;
const CELL_PADDING = 16;

/** Most cells: what is cut off costs the browser a clip of its own, hundreds on a screen. */
const surelyFits = (content: ComponentChildren, width: number): boolean =>
  typeof content === 'string' && content.length * WIDEST_LETTER <= width - CELL_PADDING;

/** Head of a group: opens and closes it, and says what its members have in common. */
export const GroupLine = <Item,>({
  id,
  rowIndex,
  line,
  table,
  ...rest
}: LineProps<Item, 'group'>) => (
  <div
    id={id}
    class={classes(rest.class, styles.group)}
    role="row"
    aria-rowindex={rowIndex}
    aria-expanded={line.isOpen}
    onClick={() => {
      table.onCursor(line.key);
      table.onToggleGroup?.(line.key);
    }}
  >
    <div class={styles.tick} role="gridcell" tabIndex={-1}>
      <Icon name={line.isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
    </div>
    {table.columns.map((column, i) => (
      <div
        key={column.key}
        class={classes(styles.cell, i === 0 && styles.sticky, column.align === 'end' && styles.end)}
        role="gridcell"
        tabIndex={-1}
      >
        {i === 0 ? (
          <>
            {line.title} <span class={styles.count}>{formatCount(line.count)}</span>
          </>
        ) : (
          line.cell(column.key)
        )}
      </div>
    ))}
  </div>
);
