import styles from './status.module.css';

/** What a status means to whoever reads it. */
export type StatusTone = 'busy' | 'good' | 'bad' | 'warn' | 'plain';

interface StatusProps {
  readonly status: string;
  readonly reason?: string | null;
  readonly tone?: StatusTone;
}

/** Status of a run, or of what has a `tone` of its own, in its colour and its word; the reason on hover. */
export const Status = (props: StatusProps) => {
  const { class: name, ...own } = statusLook(props);
  return (
    <span {...own} class={`${name} ${styles.alone}`}>
      {props.status}
    </span>
  );
};

/** The same for an element that holds just the word of the status. */
export const statusLook = ({ status, reason, tone }: StatusProps) => ({
  class: styles.status,
  'data-tone': tone ?? toneOf(status),
  title: reason ?? undefined,
});

const TONES: Readonly<Record<string, StatusTone>> = {
  running: 'busy',
  finished: 'good',
  failed: 'bad',
  crashed: 'bad',
  interrupted: 'warn',
  stale: 'warn',
};

/** Trainings may write words of their own: those stay grey. */
const toneOf = (status: string): StatusTone =>
  Object.hasOwn(TONES, status) ? (TONES[status] ?? 'plain') : 'plain';
