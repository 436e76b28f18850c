import styles from './meter.module.css';

/** How much of something is taken: a bar with its figures. */
export const Meter = (props: {
  readonly label: string;
  /** 0 to 1; null: not known. */
  readonly share: number | null;
  readonly text: string;
  /** Of `room` little is left when it is nearly full, which the colour says; `load` may be full. */
  readonly of: 'room' | 'load';
}) => {
  const percent = props.share === null ? 0 : Math.round(Math.min(1, props.share) * 100);
  return (
    <div class={styles.meter}>
      <span class={styles.label}>{props.label}</span>
      <span class={styles.text}>{props.text}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> each in their own way */}
      <div
        class={styles.track}
        role="meter"
        aria-label={props.label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={props.text}
        data-level={props.of === 'load' || percent < 80 ? 'normal' : percent < 92 ? 'high' : 'full'}
      >
        <span class={styles.fill} style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
};
