import type { Opening } from '../../../hub/api/contract.ts';
import { formatDuration } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { now } from '../../kit/now.ts';
import { secondsOf } from '../time.ts';
import { type StepLine, stepLines } from './steps.ts';
import styles from './steps-list.module.css';

/** The way to the viewer, step by step, with the time each took. */
export const StepsList = ({ opening }: { readonly opening: Opening }) => (
  <ol class={styles.steps} aria-label="Steps">
    {stepLines(opening).map((line) => (
      <li key={line.key} class={styles.step} data-status={line.status}>
        <Mark status={line.status} />
        <span class={styles.name}>{line.name}</span>
        <span class={styles.detail}>{line.detail}</span>
        <span class={styles.time}>
          <Time line={line} />
        </span>
      </li>
    ))}
  </ol>
);

const WORDS: Readonly<Record<StepLine['status'], string>> = {
  ...{ waiting: 'to come', running: 'running', done: 'done', failed: 'failed' },
  cancelled: 'cancelled',
};

const Mark = ({ status }: { readonly status: StepLine['status'] }) => (
  <span class={styles.mark}>
    {status === 'done' && <Icon name="check" size={14} />}
    {status === 'failed' && <Icon name="close" size={14} />}
    {status === 'cancelled' && <Icon name="minus" size={14} />}
    {status === 'running' && <span class={styles.spinner} />}
    <span class="visually-hidden">{WORDS[status]}</span>
  </span>
);

/** Running ones count, from the second second on: most are over before. */
const Time = ({ line: { status, startedAt, ms } }: { readonly line: StepLine }) => {
  if (ms !== null) return <span>{formatDuration(ms / 1000)}</span>;
  const started = secondsOf(startedAt);
  if (status !== 'running' || started === null) return null;
  const age = Math.floor(now.value - started);
  return age < 1 ? null : <span>{formatDuration(age)}</span>;
};
