import { useEffect, useMemo, useState } from 'preact/hooks';
import { getJson } from '../../kit/api-client.ts';
import { Button, LinkButton } from '../../kit/button.tsx';
import { classes } from '../../kit/classes.ts';
import { Tick } from '../../kit/field.tsx';
import { counted } from '../../kit/format.ts';
import { address, setQuery } from '../../kit/location.ts';
import { Notice, Skeleton } from '../../kit/notice.tsx';
import { Status } from '../../kit/status.tsx';
import { ChartGrid } from '../charts/chart-grid.tsx';
import { assignColors } from '../charts/colors.ts';
import { Dot } from '../charts/dot.tsx';
import { runHref, runsHref } from '../places.ts';
import { writeAny } from '../run/flatten.ts';
import type { RunDetail } from '../run/run-detail.ts';
import styles from './compare-page.module.css';
import { configDifference } from './config-difference.ts';

/** The server takes this many runs in one question. */
const MOST_RUNS = 50;

/** Several runs over each other: their charts, and where their configs differ. */
export const ComparePage = () => {
  const keys = (address.value.query.run ?? []).slice(0, MOST_RUNS);
  const hidden = new Set(address.value.query.hide ?? []);
  const [details, setDetails] = useState<readonly RunDetail[] | null>(null);
  useEffect(() => {
    document.title = `${keys.length} runs – porthole`;
    const abort = new AbortController();
    const asking = keys.map((run) => getJson<RunDetail>('run', { run }, { signal: abort.signal }));
    void Promise.allSettled(asking).then((answers) => {
      if (abort.signal.aborted) return;
      setDetails(answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    });
    return () => abort.abort();
  }, [keys.join('\n')]);
  const colors = useMemo(() => assignColors(keys), [keys.join('\n')]);

  if (details === null) return <Skeleton lines={8} label="Loading the runs" />;
  if (details.length === 0) {
    return (
      <Notice
        icon="compare"
        title="No runs to compare"
        actions={<LinkButton href={runsHref()}>Choose some</LinkButton>}
      >
        <p>Tick runs in the list, then press Compare.</p>
      </Notice>
    );
  }
  const names = new Map(details.map(({ row }) => [row.run, row.alias ?? row.id]));
  const metrics = [...new Set(details.flatMap((one) => one.metrics.name))];
  const axes = (['step', 'relative', 'wall', 'epoch'] as const).filter((axis) =>
    details.some(({ xAxes }) => xAxes.includes(axis)),
  );
  const toggle = (key: string, isShown: boolean): void => {
    const next = isShown ? [...hidden].filter((one) => one !== key) : [...hidden, key];
    setQuery({ hide: next });
  };
  return (
    <div class={styles.page}>
      <aside class={styles.side}>
        <h1 class={styles.heading}>{counted(details.length, 'run')}</h1>
        {details.length < keys.length && (
          <p class={styles.none}>{keys.length - details.length} more cannot be shown.</p>
        )}
        <ul class={styles.runs}>
          {details.map(({ row }) => (
            <li key={row.run} class={styles.run}>
              <Tick
                label={`Show ${names.get(row.run)}`}
                checked={!hidden.has(row.run)}
                onChange={(isShown) => toggle(row.run, isShown)}
              />
              <Dot color={colors.get(row.run)} />
              <a class={styles.name} href={runHref(row.run)} title={`${row.path}/${row.id}`}>
                {names.get(row.run)}
              </a>
              <Status status={row.status} reason={row.reason} />
              <Button
                variant="quiet"
                icon="close"
                label={`Leave ${names.get(row.run)} out`}
                onClick={() => setQuery({ run: keys.filter((key) => key !== row.run) })}
              />
            </li>
          ))}
        </ul>
        {details.length > 1 && <Difference details={details} names={names} />}
      </aside>
      <div class={styles.charts}>
        <ChartGrid
          runs={details.map(({ row }) => row.run)}
          {...{ hidden, names, colors, metrics, axes }}
        />
      </div>
    </div>
  );
};

const Difference = (props: {
  details: readonly RunDetail[];
  names: ReadonlyMap<string, string>;
}) => {
  const { details, names } = props;
  const rows = configDifference(details.map(({ config }) => config.flat));
  return (
    <section class={styles.difference}>
      <h2 class={styles.heading}>Where their configs differ</h2>
      {rows.length === 0 ? (
        <p class={styles.none}>Nowhere.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <div class={styles.scroll} tabIndex={0}>
          <table class={styles.table}>
            <thead>
              <tr>
                <th scope="col">Config</th>
                {details.map(({ row }) => (
                  <th key={row.run} scope="col" title={names.get(row.run)}>
                    {names.get(row.run)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, values }) => (
                <tr key={key}>
                  <th scope="row">{key}</th>
                  {values.map((value, i) => (
                    <td key={i} class={classes(value === undefined && styles.absent)}>
                      {writeAny(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
};
