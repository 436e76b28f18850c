import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { formatAge, formatDuration, formatMetric, formatTime } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { now } from '../../kit/now.ts';
import { Status } from '../../kit/status.tsx';
import { Tag } from '../../kit/tag.tsx';
import { runsHref } from '../places.ts';
import { EditDialog } from '../runs/edit-dialog.tsx';
import type { Run } from '../runs/run.ts';
import { mayManage } from '../server.ts';
import type { RunDetail } from './run-detail.ts';
import styles from './run-head.module.css';

const MOST_PROBLEMS = 4;

/** What a run is, in two lines: name, tags, status with its reason, times, host; what cannot be read of it. */
export const RunHead = ({ detail, onChanged }: { detail: RunDetail; onChanged: () => void }) => {
  const { row } = detail;
  const [isEditing, setEditing] = useState(false);
  return (
    <header class={styles.head}>
      <div class={styles.line}>
        <a class={styles.path} href={runsHref({ path: row.path })} title={`Runs of ${row.path}`}>
          <Icon name="folder" size={14} />
          <span>
            {row.path} <span class={styles.slash}>/</span>
          </span>
        </a>
        <h1 class={styles.name}>{row.alias ?? row.id}</h1>
        {row.tags.map((tag) => (
          <Tag key={tag} text={tag} />
        ))}
        {mayManage() && (
          <Button
            variant="quiet"
            icon="pencil"
            label="Change name and tags"
            onClick={() => setEditing(true)}
          />
        )}
      </div>
      <dl class={styles.facts}>
        <Fact label="Status">
          <Status status={row.status} reason={row.reason} />
        </Fact>
        <Fact label="Started">
          <time title={formatTime(row.startedAt ?? row.createdAt)}>
            {writeAge(formatAge(row.startedAt ?? row.createdAt, now.value))}
          </time>
        </Fact>
        <Fact label="Duration">{formatDuration(durationOf(row, now.value))}</Fact>
        {row.bestValue !== null && (
          <Fact label={`Best ${row.bestName ?? ''}`}>{formatMetric(row.bestValue)}</Fact>
        )}
        <Fact label="Host">
          {row.host ?? '–'}
          {row.pid !== null && <span class={styles.faint}> pid {row.pid}</span>}
        </Fact>
      </dl>
      {row.reason !== null && row.status !== 'finished' && row.status !== 'running' && (
        <p class={styles.reason} data-status={row.status}>
          <Icon name="info" size={14} /> {row.reason}
        </p>
      )}
      {detail.problems.slice(0, MOST_PROBLEMS).map((problem) => (
        <p key={problem} class={styles.reason} data-status="stale">
          <Icon name="alert" size={14} /> {problem}
        </p>
      ))}
      {row.deletedAt !== null && (
        <p class={styles.reason}>
          <Icon name="trash" size={14} /> In the bin since {formatTime(row.deletedAt)}.
        </p>
      )}
      {isEditing && (
        <EditDialog
          runs={[asListed(detail)]}
          onClose={() => {
            setEditing(false);
            onChanged();
          }}
        />
      )}
    </header>
  );
};

const writeAge = (age: string): string => (/\d/.test(age) ? `${age} ago` : age);

const Fact = (props: { label: string; children: preact.ComponentChildren }) => (
  <div class={styles.fact}>
    <dt>{props.label}</dt>
    <dd>{props.children}</dd>
  </div>
);

const durationOf = (row: RunDetail['row'], seconds: number): number | null => {
  if (row.duration !== null) return row.duration;
  return row.status === 'running' && row.startedAt !== null ? seconds - row.startedAt : null;
};

/** The run as the list of runs would hold it. */
const asListed = ({ row: { run, ...row } }: RunDetail): Run => ({ ...row, key: run, values: {} });
