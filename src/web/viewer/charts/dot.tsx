import styles from './dot.module.css';

/** The colour of a run, beside what is said of it. */
export const Dot = ({ color = 1 }: { readonly color: number | undefined }) => (
  <span
    class={styles.dot}
    data-color={color}
    style={{ background: `var(--series-${color})` }}
    aria-hidden="true"
  />
);
