import styles from './status.module.css';

/** Status of a run in its colour and its word; the reason on hover. */
export const Status = ({
  status,
  reason,
}: {
  readonly status: string;
  readonly reason?: string | null;
}) => (
  <span class={styles.status} data-tone={toneOf(status)} title={reason ?? undefined}>
    <span class={styles.dot} />
    <span class={styles.word}>{status}</span>
  </span>
);

const TONES: Readonly<Record<string, string>> = {
  running: 'busy',
  finished: 'good',
  failed: 'bad',
  crashed: 'bad',
  interrupted: 'warn',
  stale: 'warn',
};

/** Trainings may write words of their own: those stay grey. */
const toneOf = (status: string): string =>
  Object.hasOwn(TONES, status) ? (TONES[status] ?? 'plain') : 'plain';
