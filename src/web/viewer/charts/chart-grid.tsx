import { useEffect, useMemo, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { counted } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { Notice } from '../../kit/notice.tsx';
import { useShortcuts } from '../../kit/shortcuts.ts';
import { Chart } from './chart.tsx';
import styles from './chart-grid.module.css';
import { chartSettings, setChartSettings } from './chart-settings.ts';
import { ChartToolbar } from './chart-toolbar.tsx';
import { groupMetrics } from './metric-groups.ts';
import type { XAxis } from './series.ts';
import { createSeriesFeed } from './series-feed.ts';
import { chartShortcuts } from './steer.ts';

export interface ChartGridProps {
  /** Keys of the runs, at most 50. */
  readonly runs: readonly string[];
  /** Those of them that are hidden. */
  readonly hidden?: ReadonlySet<string>;
  readonly names: ReadonlyMap<string, string>;
  readonly colors: ReadonlyMap<string, number>;
  readonly metrics: readonly string[];
  readonly axes: readonly XAxis[];
}

const NO_RUNS: ReadonlySet<string> = new Set();

/** A chart for each metric, in groups by the first word of its name. */
export const ChartGrid = (props: ChartGridProps) => {
  const { runs, hidden = NO_RUNS, names, colors, metrics, axes } = props;
  const feed = useMemo(() => createSeriesFeed(runs), [runs.join('\n')]);
  useEffect(() => () => feed.close(), [feed]);
  useShortcuts(chartShortcuts);
  const settings = chartSettings.value;
  const groups = groupMetrics(metrics, settings.filter);
  const error = feed.error.value;
  const known = feed.series.value;

  return (
    <div class={styles.page}>
      <ChartToolbar axes={axes} />
      {error !== null && (
        <p class={styles.error} role="alert">
          <Icon name="alert" /> {error.message}
        </p>
      )}
      {groups.length === 0 && (
        <Notice
          icon="chart"
          title={metrics.length === 0 ? 'No metrics yet' : 'No metric has such a name'}
          actions={
            metrics.length > 0 && (
              <Button onClick={() => setChartSettings({ filter: '' })}>Show all</Button>
            )
          }
        >
          <p>
            {metrics.length === 0
              ? 'They appear here as soon as the training logs some.'
              : `${counted(metrics.length, 'metric')} are hidden by the filter.`}
          </p>
        </Notice>
      )}
      {groups.map(({ name, metrics: members }) => (
        <Group key={name} name={name} count={members.length} isOnly={groups.length === 1}>
          {members.map((metric) => {
            const byRun = known.get(metric);
            const series = byRun && [...byRun.values()].filter(({ run }) => !hidden.has(run));
            return (
              <Chart
                key={metric}
                {...{ metric, series, settings, colors, names }}
                onShow={(isShown) => feed.show(metric, isShown)}
              />
            );
          })}
        </Group>
      ))}
    </div>
  );
};

const Group = (props: {
  name: string;
  count: number;
  isOnly: boolean;
  children: preact.ComponentChildren;
}) => {
  const [isOpen, setOpen] = useState(true);
  if (props.isOnly && props.name === '') return <div class={styles.grid}>{props.children}</div>;
  return (
    <section>
      <h2 class={styles.group}>
        <button
          type="button"
          class={styles.toggle}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
          {props.name === '' ? 'Other' : props.name}
          <span class={styles.count}>{props.count}</span>
        </button>
      </h2>
      {isOpen && <div class={styles.grid}>{props.children}</div>}
    </section>
  );
};
