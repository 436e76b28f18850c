import type { ComponentChildren } from 'preact';
import styles from './facts.module.css';

/** Names and what they are, beside each other as far as there is room. */
export const Facts = ({
  facts,
}: {
  readonly facts: ReadonlyArray<readonly [name: string, value: ComponentChildren]>;
}) => (
  <dl class={styles.facts}>
    {facts.map(([name, value]) => (
      <div key={name} class={styles.fact}>
        <dt class={styles.name}>{name}</dt>
        <dd class={styles.value}>{value}</dd>
      </div>
    ))}
  </dl>
);
