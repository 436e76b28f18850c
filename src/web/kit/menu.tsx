import type { ComponentChildren } from 'preact';
import { classes } from './classes.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './menu.module.css';
import { Popover } from './popover.tsx';

/** One line of a menu; `checked` makes it one of a choice. */
export interface MenuItem {
  readonly label: string;
  readonly onSelect: () => void;
  readonly icon?: IconName;
  readonly checked?: boolean;
  readonly tone?: 'danger';
  readonly disabled?: boolean;
  /** A quiet word at the right: a key, a number. */
  readonly hint?: string;
}

/** A button that opens a list of actions; arrow keys go through it, letters jump. */
export const Menu = (props: {
  readonly label: string;
  readonly icon?: IconName;
  readonly text?: ComponentChildren;
  readonly variant?: 'plain' | 'quiet';
  /** Groups of items, with a line between them. */
  readonly groups: ReadonlyArray<readonly MenuItem[]>;
}) => (
  <Popover
    label={props.label}
    {...(props.icon === undefined ? {} : { icon: props.icon })}
    {...(props.text === undefined ? {} : { text: props.text })}
    variant={props.variant ?? 'plain'}
    role="menu"
  >
    {(close) =>
      props.groups
        .filter((group) => group.length > 0)
        .map((group, i) => (
          <div key={i} class={styles.group} role="group">
            {group.map((item) => (
              <Item key={item.label} item={item} close={close} />
            ))}
          </div>
        ))
    }
  </Popover>
);

const Item = ({ item, close }: { item: MenuItem; close: () => void }) => (
  // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a menuitemradio is checked or not
  <button
    type="button"
    role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
    aria-checked={item.checked}
    disabled={item.disabled}
    class={classes(styles.item, item.tone === 'danger' && styles.danger)}
    onClick={() => {
      close();
      item.onSelect();
    }}
    onKeyDown={(event) => moveFocus(event)}
  >
    {item.checked !== undefined ? (
      <span class={styles.mark}>{item.checked && <Icon name="check" size={14} />}</span>
    ) : (
      item.icon !== undefined && <Icon name={item.icon} size={14} />
    )}
    <span class={styles.label}>{item.label}</span>
    {item.hint !== undefined && <span class={styles.hint}>{item.hint}</span>}
  </button>
);

const moveFocus = (event: KeyboardEvent): void => {
  const own = event.currentTarget as HTMLElement;
  const sheet = own.closest('[popover]');
  const items = [...(sheet?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])];
  const at = items.indexOf(own);
  const next = nextItem(event.key, at, items);
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
};

const nextItem = (
  key: string,
  at: number,
  items: readonly HTMLElement[],
): HTMLElement | undefined => {
  switch (key) {
    case 'ArrowDown':
      return items[(at + 1) % items.length];
    case 'ArrowUp':
      return items.at(at - 1);
    case 'Home':
      return items[0];
    case 'End':
      return items.at(-1);
    default: {
      if (key.length !== 1 || key === ' ') return undefined;
      const rest = [...items.slice(at + 1), ...items.slice(0, at)];
      return rest.find((item) => item.textContent?.toLowerCase().startsWith(key.toLowerCase()));
    }
  }
};
