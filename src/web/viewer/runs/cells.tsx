import type { ComponentChildren } from 'preact';
import { formatAge, formatMetric, formatTime, NOTHING } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { now } from '../../kit/now.ts';
import { Status } from '../../kit/status.tsx';
import { Tag } from '../../kit/tag.tsx';
import { runHref } from '../places.ts';
import styles from './cells.module.css';
import { type ColumnId, fieldOfColumn, writeValue } from './columns.ts';
import { nameOf, type Run } from './run.ts';

/*
 * Functions that are called, not components that are mounted: a screen has hundreds of cells. Those that
 * follow the clock are components.
 */

/** The name, as a link to the run. */
export const nameCell = (run: Run): ComponentChildren => (
  <>
    <a class={styles.name} href={runHref(run.key)} tabIndex={-1} title={titleOf(run)}>
      {nameParts(nameOf(run))}
    </a>
    {run.problem !== null && (
      <span class={styles.problem} title={run.problem}>
        <Icon name="alert" size={14} />
        <span class="visually-hidden">Not all of it could be read: {run.problem}</span>
      </span>
    )}
  </>
);

/** The end of a run's own name tells it from others of the day: it stays when there is little room. */
const nameParts = (text: string): ComponentChildren => {
  const [, start, end] = /^(\d{8}_\d{6})(_[0-9a-f]{6})$/.exec(text) ?? [];
  if (start === undefined) return <span class={styles.nameStart}>{text}</span>;
  return [
    <span key="start" class={styles.nameStart}>
      {start}
    </span>,
    <span key="end">{end}</span>,
  ];
};

const titleOf = (run: Run): string =>
  run.alias === null ? `${run.path}/${run.id}` : `${run.alias}\n${run.path}/${run.id}`;

/** One value of a run, in the form of its column. */
export const cellOf = (column: ColumnId, run: Run): ComponentChildren => {
  switch (column) {
    case 'status':
      return <Status status={run.status} reason={run.reason} />;
    case 'created':
      return ageOf(run.createdAt);
    case 'updated':
      return ageOf(run.updatedAt);
    case 'ended':
      return ageOf(run.endedAt);
    case 'tag':
      return run.tags.length === 0 ? nothing() : tagsOf(run.tags);
    case 'best':
      return run.bestValue === null ? (
        nothing()
      ) : (
        <span
          class={styles.number}
          title={run.bestName === null ? undefined : `${run.bestName}: ${run.bestValue}`}
        >
          {formatMetric(run.bestValue)}
        </span>
      );
    case 'duration':
    case 'size':
      return run.duration === null ? (
        <LiveCell column={column} run={run} />
      ) : (
        plainCell(column, run)
      );
    default:
      return plainCell(column, run);
  }
};

const LiveCell = ({ column, run }: { column: ColumnId; run: Run }) => (
  <>{plainCell(column, run, now.value)}</>
);

const plainCell = (column: ColumnId, run: Run, at: number = now.peek()): ComponentChildren => {
  const field = fieldOfColumn(column);
  if (field === undefined) return nothing();
  const value = field.read(run, at);
  const isMetric = column.startsWith('metric:') && typeof value === 'number';
  const text = isMetric ? formatMetric(value) : writeValue(value, field.kind);
  if (text === NOTHING) return nothing();
  return (
    <span
      class={isMetric ? styles.number : styles.text}
      title={typeof value === 'object' ? text : String(value)}
    >
      {text}
    </span>
  );
};

const ageOf = (seconds: number | null): ComponentChildren =>
  seconds === null ? nothing() : <Age seconds={seconds} />;

const Age = ({ seconds }: { seconds: number }) => (
  <time class={styles.text} title={formatTime(seconds)}>
    {formatAge(seconds, now.value)}
  </time>
);

const tagsOf = (tags: readonly string[]): ComponentChildren => (
  <span class={styles.tags} title={tags.join(', ')}>
    {tags.map((tag) => (
      <Tag key={tag} text={tag} />
    ))}
  </span>
);

const nothing = (): ComponentChildren => <span class={styles.nothing}>{NOTHING}</span>;
