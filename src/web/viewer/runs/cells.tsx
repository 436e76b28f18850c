import { formatAge, formatMetric, formatTime, NOTHING } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { now } from '../../kit/now.ts';
import { Status } from '../../kit/status.tsx';
import { Tag } from '../../kit/tag.tsx';
import { runHref } from '../places.ts';
import styles from './cells.module.css';
import { type ColumnId, fieldOfColumn, writeValue } from './columns.ts';
import { nameOf, type Run } from './run.ts';

/** The name, as a link to the run. */
export const NameCell = ({ run }: { readonly run: Run }) => (
  <>
    <a class={styles.name} href={runHref(run.key)} tabIndex={-1} title={titleOf(run)}>
      <Name text={nameOf(run)} />
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
const Name = ({ text }: { text: string }) => {
  const [, start, end] = /^(\d{8}_\d{6})(_[0-9a-f]{6})$/.exec(text) ?? [];
  if (start === undefined) return <span class={styles.nameStart}>{text}</span>;
  return (
    <>
      <span class={styles.nameStart}>{start}</span>
      <span>{end}</span>
    </>
  );
};

const titleOf = (run: Run): string =>
  run.alias === null ? `${run.path}/${run.id}` : `${run.alias}\n${run.path}/${run.id}`;

/** One value of a run, in the form of its column. */
export const Cell = ({ column, run }: { readonly column: ColumnId; readonly run: Run }) => {
  switch (column) {
    case 'status':
      return <Status status={run.status} reason={run.reason} />;
    case 'created':
      return <Age seconds={run.createdAt} />;
    case 'updated':
      return <Age seconds={run.updatedAt} />;
    case 'ended':
      return <Age seconds={run.endedAt} />;
    case 'tag':
      return run.tags.length === 0 ? <Nothing /> : <Tags tags={run.tags} />;
    case 'best':
      return run.bestValue === null ? (
        <Nothing />
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
      return <Plain column={column} run={run} isLive={run.duration === null} />;
    default:
      return <Plain column={column} run={run} isLive={false} />;
  }
};

const Plain = ({ column, run, isLive }: { column: ColumnId; run: Run; isLive: boolean }) => {
  const field = fieldOfColumn(column);
  if (field === undefined) return <Nothing />;
  const value = field.read(run, isLive ? now.value : now.peek());
  const isMetric = column.startsWith('metric:') && typeof value === 'number';
  const text = isMetric ? formatMetric(value) : writeValue(value, field.kind);
  if (text === NOTHING) return <Nothing />;
  return (
    <span
      class={isMetric ? styles.number : styles.text}
      title={typeof value === 'object' ? text : String(value)}
    >
      {text}
    </span>
  );
};

const Age = ({ seconds }: { seconds: number | null }) =>
  seconds === null ? (
    <Nothing />
  ) : (
    <time class={styles.text} title={formatTime(seconds)}>
      {formatAge(seconds, now.value)}
    </time>
  );

const Tags = ({ tags }: { tags: readonly string[] }) => (
  <span class={styles.tags} title={tags.join(', ')}>
    {tags.map((tag) => (
      <Tag key={tag} text={tag} />
    ))}
  </span>
);

const Nothing = () => <span class={styles.nothing}>{NOTHING}</span>;
