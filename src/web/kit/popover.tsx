import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import buttonStyles from './button.module.css';
import { classes } from './classes.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './popover.module.css';

/**
 * A button that opens a small sheet below itself, by the browser's own popover: Escape and a click
 * elsewhere close it.
 */
export const Popover = (props: {
  readonly label: string;
  readonly icon?: IconName;
  /** Text on the button; without it the button shows its icon only. */
  readonly text?: ComponentChildren;
  readonly variant?: 'plain' | 'quiet';
  readonly role?: 'menu' | 'dialog';
  /** Content; made only while it is open. */
  readonly children: (close: () => void) => ComponentChildren;
  readonly class?: string | undefined;
}) => {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const { text, role = 'dialog', variant = 'plain' } = props;

  useLayoutEffect(() => {
    if (isOpen && button.current !== null && sheet.current !== null) {
      place(sheet.current, button.current);
      focusFirst(sheet.current);
    }
  }, [isOpen]);

  return (
    <>
      <button
        ref={button}
        type="button"
        class={classes(
          buttonStyles.button,
          buttonStyles[variant],
          text === undefined && buttonStyles.iconOnly,
          props.class,
        )}
        popovertarget={id}
        aria-label={text === undefined ? props.label : undefined}
        title={text === undefined ? props.label : undefined}
        aria-haspopup={role}
        aria-expanded={isOpen}
      >
        {props.icon !== undefined && <Icon name={props.icon} />}
        {text !== undefined && <span class={buttonStyles.text}>{text}</span>}
      </button>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: role and label come and go together */}
      <div
        ref={sheet}
        id={id}
        popover="auto"
        class={styles.sheet}
        role={isOpen ? role : undefined}
        aria-label={isOpen ? props.label : undefined}
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {isOpen && props.children(() => sheet.current?.hidePopover())}
      </div>
    </>
  );
};

/** Below the button, above it where there is no room; always inside the window. */
const place = (sheet: HTMLElement, button: HTMLElement): void => {
  const gap = 4;
  const margin = 8;
  const anchor = button.getBoundingClientRect();
  const { width, height } = sheet.getBoundingClientRect();
  const { innerWidth, innerHeight } = window;
  const left = Math.max(margin, Math.min(anchor.left, innerWidth - width - margin));
  const below = anchor.bottom + gap;
  const isRoomBelow = below + height <= innerHeight - margin;
  const top = isRoomBelow ? below : Math.max(margin, anchor.top - gap - height);
  sheet.style.left = `${left}px`;
  sheet.style.top = `${isRoomBelow ? below : Math.min(top, innerHeight - height - margin)}px`;
};

const focusFirst = (sheet: HTMLElement): void => {
  sheet
    .querySelector<HTMLElement>('[data-autofocus], input, button:not(:disabled), [tabindex="0"]')
    ?.focus();
};
