import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiError, apiUrl, getJson } from '../../kit/api-client.ts';
import type { Value } from '../api-types.ts';
import type { XAxis } from '../charts/series.ts';
import { listenToServer } from '../connection.ts';

type Document = Readonly<Record<string, unknown>>;

/** `/api/run`; units are those of the API. */
export interface RunDetail {
  readonly row: {
    readonly run: string;
    readonly id: string;
    readonly path: string;
    readonly alias: string | null;
    readonly tags: readonly string[];
    readonly status: string;
    readonly reason: string | null;
    readonly recorded: string | null;
    readonly createdAt: number | null;
    readonly startedAt: number | null;
    readonly endedAt: number | null;
    readonly updatedAt: number | null;
    readonly duration: number | null;
    readonly host: string | null;
    readonly pid: number | null;
    readonly layout: string;
    readonly bestName: string | null;
    readonly bestValue: number | null;
    readonly bestStep: number | null;
    readonly size: number | null;
    readonly assets: number | null;
    readonly deletedAt: number | null;
    readonly problem: string | null;
  };
  readonly meta: Document | null;
  readonly summary: Document | null;
  readonly config: {
    readonly source: 'config' | 'summary' | null;
    readonly flat: Readonly<Record<string, Value>>;
  };
  readonly environment: Document | null;
  readonly stages: {
    readonly name: readonly string[];
    readonly fromStep: ReadonlyArray<number | null>;
    readonly toStep: ReadonlyArray<number | null>;
    readonly fromTime: ReadonlyArray<number | null>;
    readonly toTime: ReadonlyArray<number | null>;
  };
  readonly metrics: {
    readonly name: readonly string[];
    readonly count: readonly number[];
    readonly last: ReadonlyArray<number | null>;
    readonly lastStep: ReadonlyArray<number | null>;
    readonly min: ReadonlyArray<number | null>;
    readonly minStep: ReadonlyArray<number | null>;
    readonly max: ReadonlyArray<number | null>;
    readonly maxStep: ReadonlyArray<number | null>;
    readonly nonFinite: readonly number[];
  };
  readonly events: {
    readonly rows: number;
    readonly size: number;
    readonly complete: boolean;
    readonly images: number;
    readonly skipped: { readonly torn: number; readonly invalid: number; readonly tooLong: number };
  };
  readonly xAxes: readonly XAxis[];
  readonly logs: { readonly size: number } | null;
  readonly files: {
    readonly path: readonly string[];
    readonly size: readonly number[];
    readonly modifiedAt: readonly number[];
  };
  readonly problems: readonly string[];
}

/** What a page knows of a run. */
export type RunState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'known'; readonly detail: RunDetail }
  | { readonly kind: 'failed'; readonly error: ApiError };

/** While a run grows its details are asked for this often at most. */
const REFRESH_MS = 1_500;

/** The run of this key; follows it while it grows, and asks again by the function returned. */
export const useRun = (key: string): readonly [RunState, () => void] => {
  const state = useSignal<RunState>({ kind: 'loading' });
  const refresh = useSignal(() => {});
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop: (() => void) | undefined;
    const load = async (): Promise<void> => {
      try {
        const detail = await getJson<RunDetail>('run', { run: key }, { signal: abort.signal });
        state.value = { kind: 'known', detail };
      } catch (error) {
        if (!(error instanceof ApiError)) return;
        if (state.peek().kind !== 'known') state.value = { kind: 'failed', error };
        // Of what is not there nothing can be heard: that is no lost connection.
        if (error.code === 'run-not-found') return;
      }
      stop ??= listenToServer({
        url: () => apiUrl('live', { metrics: [key] }),
        on: { metrics: loadSoon },
      });
    };
    const loadSoon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void load();
      }, REFRESH_MS);
    };
    state.value = { kind: 'loading' };
    refresh.value = () => void load();
    void load();
    return () => {
      abort.abort();
      clearTimeout(timer);
      stop?.();
    };
  }, [key]);
  return [state.value, () => refresh.value()];
};
