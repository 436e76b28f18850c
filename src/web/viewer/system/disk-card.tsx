import { useEffect, useState } from 'preact/hooks';
import { ApiError, getJson } from '../../kit/api-client.ts';
import { formatBytes } from '../../kit/format.ts';
import type { DiskUse } from '../api-types.ts';
import { runsHref } from '../places.ts';
import { Meter } from './meter.tsx';
import type { Disk } from './system.ts';
import styles from './system-page.module.css';

const MOST_PATHS = 8;
const ASK_AGAIN_MS = 1_500;

/** The file system of the storage, and which paths of runs take most of it. */
export const DiskCard = ({ disk }: { readonly disk: Disk }) => {
  const [use, setUse] = useState<DiskUse | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const answer = await getJson<DiskUse>('disk', {}, { signal: abort.signal });
        setUse(answer);
        if (!answer.complete) timer = setTimeout(() => void ask(), ASK_AGAIN_MS);
      } catch (error) {
        // The meter above still says how full it is.
        if (!(error instanceof ApiError)) return;
      }
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, []);
  const largest = (use?.path ?? [])
    .map((path, i) => ({ path, size: use?.size[i] ?? 0 }))
    .sort((a, b) => b.size - a.size)
    .slice(0, MOST_PATHS);
  return (
    <section class={styles.card}>
      <h2 class={styles.title}>Disk of the storage</h2>
      <Meter
        label="Used"
        of="room"
        share={disk.used / disk.total}
        text={`${formatBytes(disk.used)} of ${formatBytes(disk.total)}, ${formatBytes(disk.free)} free`}
      />
      {use !== null && (
        <ul class={styles.users}>
          <li class={styles.user}>
            <strong class={styles.command}>All of the storage</strong>
            <span class={styles.fact}>
              {formatBytes(use.total)}
              {!use.complete && ' so far'}
            </span>
          </li>
          {largest.map(({ path, size }) => (
            <li key={path} class={styles.user}>
              <a class={styles.command} href={runsHref({ path })}>
                {path}
              </a>
              <span class={styles.fact}>{formatBytes(size)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};
