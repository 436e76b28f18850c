import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';
import styles from './notice.module.css';

/** What stands where there is nothing to show: why, and what helps. */
export const Notice = (props: {
  readonly icon?: IconName;
  readonly tone?: 'calm' | 'bad';
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
}) => (
  <div
    class={styles.notice}
    data-tone={props.tone ?? 'calm'}
    role={props.tone === 'bad' ? 'alert' : undefined}
  >
    <Icon
      name={props.icon ?? (props.tone === 'bad' ? 'alert' : 'info')}
      size={24}
      class={styles.icon}
    />
    <h2 class={styles.title}>{props.title}</h2>
    {props.children !== undefined && <div class={styles.text}>{props.children}</div>}
    {props.actions !== undefined && <div class={styles.actions}>{props.actions}</div>}
  </div>
);

/** Lines in grey while data is on its way. */
export const Skeleton = ({ lines = 3, label = 'Loading' }: { lines?: number; label?: string }) => (
  <div class={styles.skeleton} role="status" aria-label={label}>
    {Array.from({ length: lines }, (_, i) => (
      <span key={i} class={styles.bar} />
    ))}
  </div>
);
