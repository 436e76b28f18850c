import type { ComponentChildren } from 'preact';
import { formatAge, formatMetric, formatTime, NOTHING } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { now } from '../../kit/now.ts';
import { statusLook } from '../../kit/status.tsx';
import type { TableCell } from '../../kit/table/table-model.ts';
import { Tag } from '../../kit/tag.tsx';
import { runHref } from '../places.ts';
import styles from './cells.module.css';
import { type ColumnId, fieldOfColumn, writeValue } from './columns.ts';
import { nameOf, type Run } from './run.ts';

/*
 * Functions that are called, not components that are mounted, and as few elements as can be: a screen has
 * hundreds of cells. Words that follow the clock are components.
 */

/** The name, as a link to the run. */
export const nameCell = (run: Run, width: number): TableCell => {
  const isSplit = width < WIDTH_OF_NAMES;
  return {
    class: isSplit || run.problem !== null ? styles.split : undefined,
    content: (
      <>
        <a class={styles.name} href={runHref(run.key)} tabIndex={-1} title={titleOf(run)}>
          {isSplit || run.problem !== null ? nameParts(nameOf(run)) : nameOf(run)}
        </a>
        {run.problem !== null && (
          <span class={styles.problem} title={run.problem}>
            <Icon name="alert" size={14} />
            <span class="visually-hidden">Not all of it could be read: {run.problem}</span>
          </span>
        )}
      </>
    ),
  };
};

/** Pixels that the names which Runicorn gives have room in. */
const WIDTH_OF_NAMES = 200;

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
export const cellOf = (column: ColumnId, run: Run): TableCell => {
  switch (column) {
    case 'status':
      return { ...statusLook(run), content: run.status };
    case 'created':
      return ageCell(run.createdAt);
    case 'updated':
      return ageCell(run.updatedAt);
    case 'ended':
      return ageCell(run.endedAt);
    case 'tag':
      return run.tags.length === 0 ? NOTHING_CELL : tagsCell(run.tags);
    case 'best':
      return run.bestValue === null
        ? NOTHING_CELL
        : {
            title: run.bestName === null ? undefined : `${run.bestName}: ${run.bestValue}`,
            content: formatMetric(run.bestValue),
          };
    case 'duration':
    case 'size':
      // Of a run that goes on.
      return run.duration === null
        ? { content: <LiveText column={column} run={run} />, class: styles.text }
        : plainCell(column, run);
    default:
      return plainCell(column, run);
  }
};

const LiveText = ({ column, run }: { column: ColumnId; run: Run }) => (
  <>{plainCell(column, run, now.value).content}</>
);

const plainCell = (column: ColumnId, run: Run, at: number = now.peek()): TableCell => {
  const field = fieldOfColumn(column);
  if (field === undefined) return NOTHING_CELL;
  const value = field.read(run, at);
  const isMetric = column.startsWith('metric:') && typeof value === 'number';
  const content = isMetric ? formatMetric(value) : writeValue(value, field.kind);
  if (content === NOTHING) return NOTHING_CELL;
  return {
    class: isMetric ? undefined : styles.text,
    title: typeof value === 'object' ? content : String(value),
    content,
  };
};

const ageCell = (seconds: number | null): TableCell =>
  seconds === null
    ? NOTHING_CELL
    : { class: styles.text, title: formatTime(seconds), content: <Age seconds={seconds} /> };

const Age = ({ seconds }: { seconds: number }) => <>{formatAge(seconds, now.value)}</>;

const tagsCell = (tags: readonly string[]): TableCell => ({
  class: styles.tags,
  title: tags.join(', '),
  content: tags.map((tag) => <Tag key={tag} text={tag} />),
});

const NOTHING_CELL: TableCell = { class: styles.nothing, content: NOTHING };
