import { useEffect } from 'preact/hooks';
import { queryValue } from '../../kit/address.ts';
import { Button, LinkButton } from '../../kit/button.tsx';
import { address, goTo } from '../../kit/location.ts';
import { Notice, Skeleton } from '../../kit/notice.tsx';
import { useShortcuts } from '../../kit/shortcuts.ts';
import { Tabs } from '../../kit/tabs.tsx';
import { ChartGrid } from '../charts/chart-grid.tsx';
import { FilesTab } from '../files/files-tab.tsx';
import { MediaTab } from '../files/media-tab.tsx';
import { LogsTab } from '../logs/logs-tab.tsx';
import { runHref, runsHref } from '../places.ts';
import { OverviewTab } from './overview-tab.tsx';
import { type RunDetail, useRun } from './run-detail.ts';
import { RunHead } from './run-head.tsx';
import styles from './run-page.module.css';

const TABS = ['charts', 'overview', 'logs', 'media', 'files'] as const;
type Tab = (typeof TABS)[number];

/** One run: what it is, its charts, logs, media and files. */
export const RunPage = () => {
  const { path } = address.value;
  const key = path.slice(1).join('/');
  const [state, refresh] = useRun(key);
  const wanted = queryValue(address.value, 'tab');
  const tab = TABS.find((one) => one === wanted) ?? 'charts';
  useShortcuts(
    TABS.map((one, i) => ({
      keys: String(i + 1),
      does: `Show ${LABELS[one]}`,
      run: () => goTo(runHref(address.peek().path.slice(1).join('/'), { tab: one })),
    })),
  );
  const title = state.kind === 'known' ? (state.detail.row.alias ?? state.detail.row.id) : 'Run';
  useEffect(() => {
    document.title = `${title} – porthole`;
  }, [title]);

  if (state.kind === 'loading') return <Skeleton lines={8} label="Loading the run" />;
  if (state.kind === 'failed') {
    return (
      <Notice
        tone="bad"
        title={
          state.error.code === 'run-not-found'
            ? 'There is no such run any more'
            : 'The run cannot be shown'
        }
        actions={
          <>
            <Button icon="refresh" onClick={refresh}>
              Try again
            </Button>
            <LinkButton href={runsHref()}>All runs</LinkButton>
          </>
        }
      >
        <p>{state.error.message}</p>
      </Notice>
    );
  }
  const { detail } = state;
  return (
    <div class={styles.page}>
      <RunHead detail={detail} onChanged={refresh} />
      <div class={styles.tabs}>
        <Tabs label="Parts of the run" current={tab} tabs={tabsOf(key, detail)} />
      </div>
      {/* What scrolls must be reached by the keyboard. */}
      <div class={styles.body} data-tab={tab} tabIndex={tab === 'overview' ? 0 : undefined}>
        <Body key={key} tab={tab} detail={detail} />
      </div>
    </div>
  );
};

const LABELS: Readonly<Record<Tab, string>> = {
  charts: 'Charts',
  overview: 'Overview',
  logs: 'Logs',
  media: 'Media',
  files: 'Files',
};

const tabsOf = (key: string, { metrics, events, files }: RunDetail) => {
  const counts: Partial<Record<Tab, number>> = {
    charts: metrics.name.length,
    media: events.images,
    files: files.path.length,
  };
  return TABS.map((tab) => ({
    key: tab,
    label: LABELS[tab],
    href: runHref(key, tab === 'charts' ? {} : { tab }),
    ...(counts[tab] === undefined ? {} : { count: counts[tab] }),
  }));
};

const Body = ({ tab, detail }: { tab: Tab; detail: RunDetail }) => {
  const { row, metrics, xAxes } = detail;
  switch (tab) {
    case 'charts':
      return (
        <ChartGrid
          runs={[row.run]}
          names={new Map([[row.run, row.alias ?? row.id]])}
          // Alone it needs no colour of its own.
          colors={new Map([[row.run, 1]])}
          metrics={metrics.name}
          axes={xAxes}
        />
      );
    case 'overview':
      return <OverviewTab detail={detail} />;
    case 'logs':
      return <LogsTab run={row.run} hasLogs={detail.logs !== null} />;
    case 'media':
      return <MediaTab run={row.run} count={detail.events.images} />;
    case 'files':
      return <FilesTab detail={detail} />;
    default:
      return tab satisfies never;
  }
};
