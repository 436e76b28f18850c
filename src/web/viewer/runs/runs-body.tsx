import type { ComponentChildren } from 'preact';
import { Button } from '../../kit/button.tsx';
import { counted } from '../../kit/format.ts';
import { setQuery } from '../../kit/location.ts';
import { Notice, Skeleton } from '../../kit/notice.tsx';
import type { ServerInfo } from '../api-types.ts';
import { server } from '../server.ts';
import styles from './runs-body.module.css';
import { feedError, runList } from './runs-feed.ts';
import { candidates, filterError, inPath, shown, view } from './runs-state.ts';
import { RunsTable } from './runs-table.tsx';

/** The table, or what stands in its place: why there is nothing, and what helps. */
export const RunsBody = () => {
  const { isLoaded, scan } = runList.value;
  const error = feedError.value;
  if (!isLoaded && error !== null) {
    return (
      <Notice
        tone="bad"
        title="The runs cannot be shown"
        actions={<Button onClick={() => window.location.reload()}>Load again</Button>}
      >
        <p>{error.message}</p>
      </Notice>
    );
  }
  if (!isLoaded) return <Skeleton lines={12} label="Loading runs" />;
  if (shown.value.length > 0) return <RunsTable />;
  if (candidates.value.length === 0 && !scan.complete) return <Skeleton lines={12} />;
  return <Nothing />;
};

const Nothing = () => {
  const { isBin, filter, path } = view.value;
  const state = server.value;
  if (candidates.value.length === 0) {
    if (isBin) return <EmptyBin />;
    return state.kind === 'known' ? <NoRuns info={state.info} /> : <Skeleton lines={12} />;
  }
  if (inPath.value.length === 0) {
    return (
      <Notice
        icon="folder"
        title={`No runs at ${path}`}
        actions={<Button onClick={() => setQuery({ path: null })}>All paths</Button>}
      >
        <p>They may have been moved or deleted.</p>
      </Notice>
    );
  }
  const reason = filterError.value;
  return (
    <Notice
      icon="filter"
      title="No run matches"
      actions={<Button onClick={() => setQuery({ q: null })}>Clear the filter</Button>}
    >
      <p>
        {reason === null ? (
          <>
            None of {inPath.value.length} runs fits <Code>{filter}</Code>.
          </>
        ) : (
          reason.message
        )}
      </p>
    </Notice>
  );
};

const Code = ({ children }: { children: ComponentChildren }) => (
  <code class={styles.code}>{children}</code>
);

const EmptyBin = () => (
  <Notice
    icon="trash"
    title="The bin is empty"
    actions={<Button onClick={() => setQuery({ bin: null })}>All runs</Button>}
  >
    <p>Runs that are deleted come here, and can be restored.</p>
  </Notice>
);

const TITLES = {
  ok: 'No runs yet',
  empty: 'No runs yet',
  'not-a-root': 'This directory holds no experiments',
  missing: 'This directory does not exist',
  unreadable: 'This directory cannot be read',
} as const;

/** Why the storage has nothing to show: what was looked for, and what is nearest. */
const NoRuns = ({ info: { storage, host } }: { info: ServerInfo }) => {
  const isFine = storage.state === 'ok' || storage.state === 'empty';
  return (
    <Notice icon={isFine ? 'list' : 'alert'} title={TITLES[storage.state]}>
      <p>
        <Code>{storage.path}</Code> on {host}
      </p>
      {isFine ? (
        <p>A run appears here as soon as a training writes it.</p>
      ) : (
        <>
          <p>{storage.message}</p>
          <Nearest nearest={storage.nearest} />
        </>
      )}
    </Notice>
  );
};

const Nearest = ({ nearest }: Pick<ServerInfo['storage'], 'nearest'>) =>
  nearest.length === 0 ? null : (
    <>
      <p>Nearby, with runs:</p>
      <ul class={styles.nearest}>
        {nearest.map(({ path, runs }) => (
          <li key={path}>
            <Code>{path}</Code> {counted(runs, 'run')}
          </li>
        ))}
      </ul>
      <p>
        Open one with <Code>--storage DIR</Code>.
      </p>
    </>
  );
