import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { counted, formatBytes, formatMetric, formatNumber, formatTime } from '../../kit/format.ts';
import { flatten, writeAny } from './flatten.ts';
import styles from './overview-tab.module.css';
import { PairTable } from './pair-table.tsx';
import type { RunDetail } from './run-detail.ts';

/** All that is written down of a run: results, settings, stages, where and with what it ran. */
export const OverviewTab = ({ detail }: { readonly detail: RunDetail }) => {
  const { row, config, summary, environment, meta, metrics, stages } = detail;
  return (
    <div class={styles.page}>
      <div class={styles.columns}>
        <PairTable
          title={config.source === 'summary' ? 'Config (from the summary)' : 'Config'}
          pairs={Object.entries(config.flat).map(([key, value]) => [key, writeAny(value)])}
          empty="The training wrote no config."
        />
        <PairTable
          title="Summary"
          pairs={flatten(summary)}
          empty="The training wrote no summary."
        />
        <MetricTable metrics={metrics} />
        {stages.name.length > 0 && <Stages stages={stages} />}
        <PairTable
          title="Run"
          pairs={[
            ['id', row.id],
            ['path', row.path],
            ['created', formatTime(row.createdAt)],
            ['started', formatTime(row.startedAt)],
            ['ended', formatTime(row.endedAt)],
            ['last written', formatTime(row.updatedAt)],
            ['status in its file', row.recorded ?? '–'],
            ['size', formatBytes(row.size ?? detail.files.size.reduce((sum, one) => sum + one, 0))],
            ['events', formatNumber(detail.events.rows)],
            ...skippedOf(detail),
          ]}
        />
        <PairTable title="Metadata" pairs={flatten(meta)} empty="There is no meta.json." />
        <PairTable
          title="Environment"
          pairs={flatten(environment)}
          empty="The training recorded no environment."
        />
      </div>
    </div>
  );
};

const skippedOf = ({ events: { skipped } }: RunDetail): ReadonlyArray<[string, string]> => {
  const { torn, invalid, tooLong } = skipped;
  const words = [
    torn > 0 && `${torn} torn`,
    invalid > 0 && `${invalid} not JSON`,
    tooLong > 0 && `${tooLong} too long`,
  ].filter(Boolean);
  return words.length === 0 ? [] : [['lines left out', words.join(', ')]];
};

const MetricTable = ({ metrics }: { metrics: RunDetail['metrics'] }) => (
  <section class={styles.card}>
    <h2 class={styles.title}>Metrics</h2>
    {metrics.name.length === 0 ? (
      <p class={styles.empty}>None yet.</p>
    ) : (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      <div class={styles.scroll} tabIndex={0}>
        <table class={styles.table}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Last</th>
              <th scope="col">Min</th>
              <th scope="col">Max</th>
              <th scope="col">Points</th>
            </tr>
          </thead>
          <tbody>
            {metrics.name.map((name, i) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{formatMetric(metrics.last[i])}</td>
                <td title={atStep(metrics.minStep[i])}>{formatMetric(metrics.min[i])}</td>
                <td title={atStep(metrics.maxStep[i])}>{formatMetric(metrics.max[i])}</td>
                <td>
                  {formatNumber(metrics.count[i])}
                  {(metrics.nonFinite[i] ?? 0) > 0 && (
                    <span class={styles.odd} title="NaN or infinite">
                      {' '}
                      +{metrics.nonFinite[i]}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )}
  </section>
);

const atStep = (step: number | null | undefined): string | undefined =>
  step == null ? undefined : `at step ${formatNumber(step)}`;

/** Stages that are told at once: a training that checks itself each epoch has hundreds. */
const STAGES_AT_ONCE = 10;

const Stages = ({ stages }: { stages: RunDetail['stages'] }) => {
  const [isWhole, setWhole] = useState(false);
  const hidden = isWhole ? 0 : Math.max(0, stages.name.length - STAGES_AT_ONCE);
  return (
    <section class={styles.card}>
      <h2 class={styles.title}>Stages</h2>
      <ol class={styles.stages}>
        {stages.name.slice(hidden).map((name, i) => (
          <li key={hidden + i}>
            <span class={styles.stage}>{name}</span>
            <span class={styles.steps}>
              {formatNumber(stages.fromStep[hidden + i])} –{' '}
              {formatNumber(stages.toStep[hidden + i])}
            </span>
          </li>
        ))}
      </ol>
      {hidden > 0 && (
        <Button variant="quiet" onClick={() => setWhole(true)}>
          {counted(hidden, 'stage')} before these
        </Button>
      )}
    </section>
  );
};
