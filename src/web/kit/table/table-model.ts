import type { ComponentChildren } from 'preact';

/** A cell: what stands in it, and what its element itself carries, since a screen has hundreds of them. */
export interface TableCell {
  readonly content: ComponentChildren;
  readonly class?: string | undefined;
  readonly title?: string | undefined;
  readonly 'data-tone'?: string;
}

/** One column of a table. */
export interface TableColumn<Item> {
  readonly key: string;
  readonly title: string;
  /** Said on hover, where the title is short. */
  readonly description?: string;
  /** Pixels. */
  readonly width: number;
  /** Numbers stand at the end. */
  readonly align?: 'start' | 'end';
  readonly sortable?: boolean;
  readonly cell: (item: Item) => TableCell;
}

/** A line of a table: one thing, or the head of a group of them. */
export type TableLine<Item> =
  | { readonly kind: 'item'; readonly key: string; readonly item: Item }
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly title: string;
      readonly count: number;
      readonly isOpen: boolean;
      /** What the group says in a column. */
      readonly cell: (column: string) => ComponentChildren;
    };

/** Order of a table. */
export interface TableSort {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}

/** What a key does in a table. */
export type TableKeyAction =
  | { readonly kind: 'move'; readonly to: number; readonly extend: boolean }
  | { readonly kind: 'open' | 'toggle' | 'collapse' | 'expand' };

/**
 * The action of a key, or undefined where the table has none for it.
 *
 * @param place `at`: line of the cursor, -1 without one; `page`: lines in sight
 */
export const tableKeyAction = (
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  { at, count, page }: { readonly at: number; readonly count: number; readonly page: number },
): TableKeyAction | undefined => {
  const move = (to: number): TableKeyAction => ({
    kind: 'move',
    to: Math.max(0, Math.min(count - 1, to)),
    extend: shiftKey,
  });
  switch (key) {
    case 'ArrowDown':
    case 'j':
    case 'J':
      return move(at + 1);
    case 'ArrowUp':
    case 'k':
    case 'K':
      return move(at - 1);
    case 'PageDown':
      return move(at + page);
    case 'PageUp':
      return move(at - page);
    case 'Home':
      return move(0);
    case 'End':
      return move(count - 1);
    case 'Enter':
      return { kind: 'open' };
    case ' ':
    case 'x':
      return { kind: 'toggle' };
    case 'ArrowLeft':
      return { kind: 'collapse' };
    case 'ArrowRight':
      return { kind: 'expand' };
    default:
      return undefined;
  }
};
