import { classes } from './classes.ts';
import styles from './tabs.module.css';

/** Places of one thing, as links: each has its own address. */
export const Tabs = (props: {
  readonly label: string;
  readonly tabs: ReadonlyArray<{
    readonly key: string;
    readonly label: string;
    readonly href: string;
    /** A number beside the name. */
    readonly count?: number;
  }>;
  readonly current: string;
}) => (
  <nav class={styles.tabs} aria-label={props.label}>
    {props.tabs.map(({ key, label, href, count }) => (
      <a
        key={key}
        href={href}
        class={classes(styles.tab, key === props.current && styles.current)}
        aria-current={key === props.current ? 'page' : undefined}
      >
        {label}
        {count !== undefined && <span class={styles.count}>{count}</span>}
      </a>
    ))}
  </nav>
);
