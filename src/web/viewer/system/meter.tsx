import styles from './meter.module.css';

/** How much of something is taken: a bar with its figures. */
export const Meter = (props: {
  readonly label: string;
  /** 0 to 1; null: not known. */
  readonly share: number | null;
  readonly text: string;
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
        data-level={percent >= 92 ? 'full' : percent >= 75 ? 'high' : 'normal'}
      >
        <span class={styles.fill} style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
};
