import { effect, signal, untracked } from '@preact/signals';
import { ApiError, apiUrl, getJson, jsonOf } from '../../kit/api-client.ts';
import { painted } from '../../kit/painted.ts';
import type { ColumnNames, ServerInfo } from '../api-types.ts';
import { listenToServer } from '../connection.ts';
import { learnServer } from '../server.ts';
import { applyAnswer, NO_RUNS } from './run-list.ts';

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 4_000;
/** Runs come in parts: the names are asked for once after them. */
const AFTER_NEWS_MS = 200;

/** All runs, kept up to date while the page is open. */
export const runList = signal(NO_RUNS);

/** What runs have beyond what every run has. */
export const columnNames = signal<ColumnNames>({
  complete: false,
  metrics: { name: [], runs: [] },
  config: { name: [], runs: [] },
  summary: { name: [], runs: [] },
});

/** Columns that come with every run; they stay known when the page is left and come back to. */
const held = new Set<string>();

/** Why there are no runs; null while nothing is wrong. */
export const feedError = signal<ApiError | null>(null);

/**
 * Brings the runs of the first screen; whoever asks meanwhile waits for the same answer.
 *
 * @throws ApiError as getJson
 */
export const bringFirstRuns = (): Promise<void> => {
  firstRuns ??= takeFirstRuns().finally(() => {
    firstRuns = undefined;
  });
  return firstRuns;
};

let firstRuns: Promise<void> | undefined;

const takeFirstRuns = async (): Promise<void> => {
  const answer = await jsonOf<{ readonly info: ServerInfo }>(window.takeFirst('runs'));
  learnServer(answer.info);
  runList.value = applyAnswer(runList.peek(), answer);
  feedError.value = null;
};

/**
 * Brings the runs with the columns that `wanted` names, then what changes. A column that is asked
 * for later is brought by itself.
 *
 * @returns ends it
 */
export const followRuns = (wanted: () => readonly string[]): (() => void) => {
  const abort = new AbortController();
  let stopListening = (): void => {};

  const listen = (): void => {
    stopListening();
    stopListening = listenToServer({
      url: () => apiUrl('live', { runs: runList.peek().cursor, columns: [...held] }),
      on: {
        runs: (answer) => {
          runList.value = applyAnswer(runList.peek(), answer);
          feedError.value = null;
        },
      },
    });
  };
  const bring = async (columns: readonly string[]): Promise<void> => {
    for (const column of columns) held.add(column);
    const isFirst = !runList.peek().isLoaded;
    if (isFirst) await bringFirstRuns();
    // What is known already is shown at once; live events bring what is new since.
    const { runs, scan } = runList.peek();
    const isMore = scan.read > runs.size;
    if (!isMore && columns.length === 0) return;
    // What is there is shown first: thousands of rows keep server, line and page from doing so.
    if (isFirst || isMore) await painted();
    // Sooner in one answer than in the parts that live events would bring.
    const query = isMore
      ? { columns: [...held] }
      : { base: 'no', columns: isFirst ? [...held] : columns };
    const answer = await getJson('runs', query, abort);
    runList.value = applyAnswer(runList.peek(), answer, isMore ? 'runs' : 'values');
  };
  const run = (work: Promise<void>): void => {
    work
      .catch((error: unknown) => {
        if (error instanceof ApiError) feedError.value = error;
        else if (!abort.signal.aborted) throw error;
      })
      // After a failure as well: the stream tries again by itself, and brings everything then.
      .finally(() => {
        if (!abort.signal.aborted) listen();
      });
  };

  let isStarted = false;
  const stopWatching = effect(() => {
    const columns = wanted().filter((column) => !held.has(column));
    untracked(() => {
      if (!isStarted || columns.length > 0) run(bring(columns));
      isStarted = true;
    });
  });
  const stopNames = followNames(abort.signal);
  return () => {
    abort.abort();
    stopWatching();
    stopNames();
    stopListening();
  };
};

/** Asks what columns there are, again until the server has read every run, and when it has more. */
const followNames = (signal: AbortSignal): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let retryMs = FIRST_RETRY_MS;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
    try {
      columnNames.value = await getJson<ColumnNames>('columns', {}, { signal });
    } catch (error) {
      // The feed itself says what is wrong with the connection.
      if (!(error instanceof ApiError) && !signal.aborted) throw error;
    } finally {
      isAsking = false;
    }
    if (columnNames.peek().complete || signal.aborted) return;
    timer = setTimeout(ask, retryMs);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  };
  let last = { size: -1, isPending: true };
  const stop = effect(() => {
    const { runs, pending } = runList.value;
    const next = { size: runs.size, isPending: pending > 0 };
    const isNew = next.size !== last.size || (last.isPending && !next.isPending);
    last = next;
    if (!isNew) return;
    retryMs = FIRST_RETRY_MS;
    clearTimeout(timer);
    timer = setTimeout(ask, AFTER_NEWS_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
};
