import type { ComponentChildren } from 'preact';
import { Icon } from '../kit/icon.tsx';
import styles from './callout.module.css';

/** Something to know or to mend, where it matters: what it is, what helps. */
export const Callout = (props: {
  readonly tone: 'warn' | 'bad' | 'good' | 'calm';
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
}) => (
  <div
    class={styles.callout}
    data-tone={props.tone}
    role={props.tone === 'bad' ? 'alert' : undefined}
  >
    <Icon
      name={props.tone === 'good' ? 'check' : props.tone === 'calm' ? 'info' : 'alert'}
      class={styles.icon}
    />
    <div class={styles.body}>
      <p class={styles.title}>{props.title}</p>
      {props.children}
      {props.actions !== undefined && <div class={styles.actions}>{props.actions}</div>}
    </div>
  </div>
);
