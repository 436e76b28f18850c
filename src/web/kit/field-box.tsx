import type { ComponentChildren } from 'preact';
import { classes } from './classes.ts';
import styles from './field-box.module.css';
import { Icon, type IconName } from './icon.tsx';

/** For the input in it. */
export const INPUT_CLASS = styles.input;

/** The frame around a line of text: a sign before it, what takes the text away after it. */
export const FieldBox = (props: {
  readonly icon?: IconName | undefined;
  readonly wrong: boolean;
  /** The input, with `INPUT_CLASS`. */
  readonly children: ComponentChildren;
  /** Of the button that clears it; none where there is nothing to clear. */
  readonly clearLabel: string | false;
  readonly onClear: () => void;
  readonly after?: ComponentChildren;
}) => (
  <div class={classes(styles.box, props.wrong && styles.wrong)}>
    {props.icon !== undefined && <Icon name={props.icon} class={styles.icon} />}
    {props.children}
    {props.clearLabel !== false && (
      <button
        type="button"
        class={styles.clear}
        aria-label={props.clearLabel}
        onClick={props.onClear}
      >
        <Icon name="close" size={12} />
      </button>
    )}
    {props.after}
  </div>
);
