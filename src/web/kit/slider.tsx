import { classes } from './classes.ts';
import styles from './slider.module.css';

/** Picks a number from a range. */
export const Slider = (props: {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** What the value is called; the number unless told. */
  readonly text?: string;
  readonly onInput: (value: number) => void;
  readonly class?: string | undefined;
}) => (
  <input
    type="range"
    class={classes(styles.slider, props.class)}
    aria-label={props.label}
    aria-valuetext={props.text}
    min={props.min}
    max={props.max}
    step={props.step}
    value={props.value}
    onInput={({ currentTarget }) => props.onInput(Number(currentTarget.value))}
  />
);
