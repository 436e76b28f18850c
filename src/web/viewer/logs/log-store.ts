import { batch, type Signal, signal } from '@preact/signals';
import { ApiError, apiUrl, getJson } from '../../kit/api-client.ts';
import { listenToServer } from '../connection.ts';

interface LogPart {
  readonly from: number;
  readonly lines: readonly string[];
  readonly total: number;
  readonly size: number;
  readonly cursor: string;
}

const PAGE = 500;
/** Pages that are kept; those used longest ago go first. */
const MAX_PAGES = 60;

/** The log of a run: its end at once, the rest as it comes into sight. */
export interface LogStore {
  readonly total: Signal<number>;
  readonly size: Signal<number>;
  /** Counts up with every change of the lines. */
  readonly version: Signal<number>;
  readonly error: Signal<ApiError | null>;
  /** A line, or undefined while it is not here. */
  line(number: number): string | undefined;
  /** Fetches what is not here of these lines. */
  want(from: number, end: number): void;
  close(): void;
}

export const openLog = (run: string): LogStore => {
  const total = signal(0);
  const size = signal(0);
  const version = signal(0);
  const error = signal<ApiError | null>(null);
  const pages = new Map<number, (string | undefined)[]>();
  const asking = new Set<number>();
  const abort = new AbortController();
  let cursor: string | undefined;
  let stopListening = () => {};

  const take = (part: LogPart): void => {
    part.lines.forEach((line, i) => {
      const number = part.from + i;
      const page = pages.get(Math.floor(number / PAGE)) ?? [];
      page[number % PAGE] = line;
      pages.set(Math.floor(number / PAGE), page);
    });
    batch(() => {
      total.value = part.total;
      size.value = part.size;
      version.value += 1;
    });
  };

  const fetchPart = async (query: Record<string, number>): Promise<LogPart | undefined> => {
    try {
      const part = await getJson<LogPart>('logs', { run, ...query }, { signal: abort.signal });
      error.value = null;
      take(part);
      return part;
    } catch (thrown) {
      if (thrown instanceof ApiError) error.value = thrown;
      return undefined;
    }
  };

  const start = async (): Promise<void> => {
    const part = await fetchPart({ tail: 1_000 });
    if (part === undefined || abort.signal.aborted) return;
    cursor = part.cursor;
    stopListening = listenToServer({
      url: () => apiUrl('live', { logs: run, logsCursor: cursor }),
      on: {
        log: (event: LogPart & { reset: boolean }) => {
          cursor = event.cursor;
          if (event.reset) pages.clear();
          take(event);
        },
      },
    });
  };
  void start();

  const fetchPage = async (page: number): Promise<void> => {
    asking.add(page);
    await fetchPart({ from: page * PAGE, count: PAGE });
    asking.delete(page);
    for (const old of pages.keys()) {
      if (pages.size <= MAX_PAGES) break;
      if (old !== page) pages.delete(old);
    }
  };

  return {
    total,
    size,
    version,
    error,
    line: (number) => pages.get(Math.floor(number / PAGE))?.[number % PAGE],
    want: (from, end) => {
      for (let page = Math.floor(from / PAGE); page * PAGE < end; page += 1) {
        const lines = pages.get(page);
        const last = Math.min(PAGE, total.peek() - page * PAGE);
        let isWhole = lines !== undefined;
        for (let i = 0; isWhole && i < last; i += 1) isWhole = lines?.[i] !== undefined;
        if (!isWhole && !asking.has(page)) void fetchPage(page);
      }
    },
    close: () => {
      abort.abort();
      stopListening();
    },
  };
};
