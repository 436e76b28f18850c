import type { ComponentChildren } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import { classes } from './classes.ts';
import { Icon } from './icon.tsx';
import styles from './tree.module.css';
import { useVirtualRows } from './use-virtual-rows.ts';

/** A line of a tree that is in sight: those inside closed ones are not listed. */
export interface TreeLine {
  readonly key: string;
  readonly label: string;
  /** 0 at the top. */
  readonly depth: number;
  /** null: nothing inside. */
  readonly isOpen: boolean | null;
  /** What stands at the right. */
  readonly detail?: ComponentChildren;
  /** Part of the whole, 0 to 1, as a bar behind the line. */
  readonly share?: number;
}

const ROW_HEIGHT = 28;
const INDENT = 14;

/** A tree of any size: arrows go through it, left and right close and open. */
export const Tree = (props: {
  readonly label: string;
  readonly lines: readonly TreeLine[];
  readonly current: string;
  readonly onChoose: (key: string) => void;
  readonly onToggle: (key: string) => void;
}) => {
  const { lines, current } = props;
  const id = useId();
  const { viewport, range, reveal } = useVirtualRows({
    count: lines.length,
    rowHeight: ROW_HEIGHT,
  });
  const at = lines.findIndex(({ key }) => key === current);
  useEffect(() => {
    if (at >= 0) reveal(at);
  }, [current]);

  const choose = (index: number) => {
    const line = lines[Math.max(0, Math.min(lines.length - 1, index))];
    if (line !== undefined) props.onChoose(line.key);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = treeKeyAction(event.key, { lines, at });
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (action.kind === 'choose') choose(action.index);
    else props.onToggle(lines[at]?.key ?? '');
  };

  return (
    <div
      ref={viewport}
      class={styles.viewport}
      role="tree"
      aria-label={props.label}
      aria-activedescendant={at >= range.first && at < range.end ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div
        class={styles.body}
        role="presentation"
        style={{ height: `${lines.length * ROW_HEIGHT}px` }}
      >
        {lines.slice(range.first, range.end).map((line, i) => {
          const index = range.first + i;
          return (
            <div
              key={line.key}
              id={`${id}-${index}`}
              class={classes(styles.line, index === at && styles.current)}
              role="treeitem"
              aria-level={line.depth + 1}
              aria-expanded={line.isOpen ?? undefined}
              aria-selected={index === at}
              title={line.label}
              style={{ top: `${index * ROW_HEIGHT}px`, '--indent': `${line.depth * INDENT}px` }}
              onClick={() => props.onChoose(line.key)}
            >
              {line.share !== undefined && (
                <span class={styles.share} style={{ width: `${line.share * 100}%` }} />
              )}
              <Twisty line={line} onToggle={props.onToggle} />
              <span class={styles.label}>{line.label}</span>
              {line.detail !== undefined && <span class={styles.detail}>{line.detail}</span>}
            </div>
          );
        })}
      </div>
    </div>
  );
};

const Twisty = ({ line, onToggle }: { line: TreeLine; onToggle: (key: string) => void }) =>
  line.isOpen === null ? (
    <span class={styles.twisty} />
  ) : (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer; the tree says it to others
    <span
      class={styles.twisty}
      onClick={(event) => {
        event.stopPropagation();
        onToggle(line.key);
      }}
    >
      <Icon name={line.isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
    </span>
  );

type TreeKeyAction =
  | { readonly kind: 'choose'; readonly index: number }
  | { readonly kind: 'toggle' };

/** As the tree pattern of ARIA says: left goes to the parent where there is nothing to close. */
export const treeKeyAction = (
  key: string,
  { lines, at }: { readonly lines: readonly TreeLine[]; readonly at: number },
): TreeKeyAction | undefined => {
  const line = lines[at];
  switch (key) {
    case 'ArrowDown':
      return { kind: 'choose', index: at + 1 };
    case 'ArrowUp':
      return { kind: 'choose', index: at - 1 };
    case 'Home':
      return { kind: 'choose', index: 0 };
    case 'End':
      return { kind: 'choose', index: lines.length - 1 };
    case 'ArrowRight':
      if (line === undefined || line.isOpen === null) return undefined;
      return line.isOpen ? { kind: 'choose', index: at + 1 } : { kind: 'toggle' };
    case 'ArrowLeft': {
      if (line === undefined) return undefined;
      if (line.isOpen === true) return { kind: 'toggle' };
      const parent = lines.findLastIndex(({ depth }, i) => i < at && depth < line.depth);
      return parent === -1 ? undefined : { kind: 'choose', index: parent };
    }
    case ' ':
    case 'Enter':
      return line === undefined || line.isOpen === null ? undefined : { kind: 'toggle' };
    default:
      return undefined;
  }
};
