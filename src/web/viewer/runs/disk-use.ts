import { signal } from '@preact/signals';
import { ApiError, getJson } from '../../kit/api-client.ts';
import type { DiskUse } from '../api-types.ts';

const WHILE_COUNTING_MS = 400;
const LATER_MS = 30_000;

/** Bytes of the storage; null before anybody asked. */
export const diskUse = signal<{
  /** '' is all runs. */
  readonly byPath: ReadonlyMap<string, number>;
  readonly other: DiskUse['other'];
  readonly free: number | null;
  readonly isComplete: boolean;
} | null>(null);

/** Keeps the disk use up to date while somebody looks at it. Returns what ends it. */
export const followDiskUse = (): (() => void) => {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (): Promise<void> => {
    try {
      const { path, size, other, total, free, complete } = await getJson<DiskUse>(
        'disk',
        {},
        abort,
      );
      const byPath = new Map(path.map((one, i) => [one, size[i] ?? 0]));
      byPath.set('', total - other.archive - other.artifacts);
      diskUse.value = { byPath, other, free, isComplete: complete };
    } catch (error) {
      // What was known stays; the banner says that the connection is lost.
      if (!(error instanceof ApiError) && !abort.signal.aborted) throw error;
    }
    if (abort.signal.aborted) return;
    timer = setTimeout(ask, diskUse.peek()?.isComplete === true ? LATER_MS : WHILE_COUNTING_MS);
  };
  void ask();
  return () => {
    abort.abort();
    clearTimeout(timer);
  };
};
