import type { ComponentChildren, Ref } from 'preact';
import styles from './button.module.css';
import { classes } from './classes.ts';
import { Icon, type IconName } from './icon.tsx';

/** How much a button asks to be pressed; `quiet` has no frame, `danger` destroys something. */
export type ButtonVariant = 'plain' | 'primary' | 'quiet' | 'danger';

interface ButtonProps {
  readonly onClick?: (event: MouseEvent) => void;
  readonly variant?: ButtonVariant;
  readonly icon?: IconName;
  /** Text, or nothing: then `label` says what the icon means. */
  readonly children?: ComponentChildren;
  readonly label?: string;
  readonly disabled?: boolean;
  /** Of a button that is in or out. */
  readonly pressed?: boolean;
  /** Of a button that opens something: open now or not. */
  readonly expanded?: boolean | undefined;
  readonly haspopup?: 'menu' | 'dialog' | 'listbox';
  readonly type?: 'button' | 'submit';
  readonly class?: string | undefined;
  readonly autofocus?: boolean;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

export const Button = (props: ButtonProps) => {
  const { variant = 'plain', icon, children, label, type = 'button' } = props;
  const isIconOnly = children === undefined || children === null || children === false;
  return (
    <button
      ref={props.buttonRef ?? null}
      type={type}
      class={classes(styles.button, styles[variant], isIconOnly && styles.iconOnly, props.class)}
      onClick={props.onClick}
      disabled={props.disabled}
      aria-label={label}
      title={label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-haspopup={props.haspopup}
      data-autofocus={props.autofocus === true ? true : undefined}
    >
      {icon !== undefined && <Icon name={icon} />}
      {!isIconOnly && <span class={styles.text}>{children}</span>}
    </button>
  );
};

/** Looks like a button, goes somewhere: can be opened in another tab. */
export const LinkButton = (props: {
  readonly href: string;
  readonly variant?: ButtonVariant;
  readonly icon?: IconName;
  readonly children: ComponentChildren;
  readonly download?: boolean;
  readonly class?: string | undefined;
}) => (
  <a
    class={classes(styles.button, styles[props.variant ?? 'plain'], props.class)}
    href={props.href}
    download={props.download}
  >
    {props.icon !== undefined && <Icon name={props.icon} />}
    <span class={styles.text}>{props.children}</span>
  </a>
);
