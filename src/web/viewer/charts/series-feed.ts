import { batch, effect, signal } from '@preact/signals';
import { ApiError, apiUrl, getJson } from '../../kit/api-client.ts';
import { listenToServer } from '../connection.ts';
import { chartSettings } from './chart-settings.ts';
import {
  mergeAnswer,
  queryOf,
  type SeriesAnswer,
  type SeriesByMetric,
  type SeriesQuestion,
} from './series.ts';

/** Pixels of a chart that buckets are made for; the server makes up to twice as many. */
const CHART_WIDTH = 600;
/** The server takes this many metrics in one question. */
const MAX_METRICS = 50;

/** A question that was asked, as far as it is answered. */
interface Asked {
  readonly question: SeriesQuestion;
  cursor: string | undefined;
  state: 'asking' | 'answered' | 'outdated';
}

/** What the charts of a page show: their data comes as they come into sight. */
export interface SeriesFeed {
  readonly series: { readonly value: SeriesByMetric };
  /** Range of x over all that was asked. */
  readonly extent: { readonly value: readonly [number, number] | null };
  readonly error: { readonly value: ApiError | null };
  /** Says that a chart is in sight, or not any more. */
  show(metric: string, isShown: boolean): void;
  close(): void;
}

/** Feeds the charts of some runs; asks again when the settings change or a run grows. */
export const createSeriesFeed = (runs: readonly string[]): SeriesFeed => {
  const series = signal<SeriesByMetric>(new Map());
  const extent = signal<readonly [number, number] | null>(null);
  const error = signal<ApiError | null>(null);
  const shown = signal<ReadonlySet<string>>(new Set());
  const asked = new Map<string, Asked[]>();
  let abort = new AbortController();
  let lastKey = '';

  const ask = async (one: Asked): Promise<void> => {
    one.state = 'asking';
    const query = { ...queryOf(one.question), since: one.cursor };
    try {
      const answer = await getJson<SeriesAnswer>('series', query, { signal: abort.signal });
      one.cursor = answer.cursor;
      batch(() => {
        series.value = mergeAnswer(series.peek(), answer);
        if (answer.extent !== null && one.question.range === null) extent.value = answer.extent;
        error.value = null;
      });
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) return; // Aborted: another question is on its way.
      error.value = thrown;
    }
    const isOutdated = (one.state as Asked['state']) === 'outdated';
    one.state = 'answered';
    if (isOutdated) await ask(one);
  };

  const stopAsking = effect(() => {
    const { x, range } = chartSettings.value;
    const width = CHART_WIDTH * Math.min(2, Math.ceil(window.devicePixelRatio));
    const key = JSON.stringify([x, range]);
    if (key !== lastKey) {
      abort.abort();
      abort = new AbortController();
      if (lastKey !== '' && JSON.parse(lastKey)[0] !== x) series.value = new Map();
      asked.clear();
      lastKey = key;
    }
    const known = new Set([...asked.values()].flat().flatMap(({ question }) => question.metrics));
    const missing = [...shown.value].filter((metric) => !known.has(metric));
    for (let at = 0; at < missing.length; at += MAX_METRICS) {
      const metrics = missing.slice(at, at + MAX_METRICS);
      const one: Asked = {
        question: { runs, metrics, x, range, width },
        cursor: undefined,
        state: 'answered',
      };
      asked.set(key, [...(asked.get(key) ?? []), one]);
      void ask(one);
    }
  });

  const onGrowth = (): void => {
    for (const one of [...asked.values()].flat()) {
      if (one.state === 'asking') one.state = 'outdated';
      else void ask(one);
    }
  };
  const stopListening = listenToServer({
    url: () => apiUrl('live', { metrics: runs }),
    on: { metrics: onGrowth },
  });

  return {
    series,
    extent,
    error,
    show: (metric, isShown) => {
      if (shown.peek().has(metric) === isShown) return;
      const next = new Set(shown.peek());
      if (isShown) next.add(metric);
      else next.delete(metric);
      shown.value = next;
    },
    close: () => {
      stopAsking();
      stopListening();
      abort.abort();
    },
  };
};
