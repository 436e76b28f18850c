import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { apiUrl } from '../../kit/api-client.ts';
import { LinkButton } from '../../kit/button.tsx';
import { Checkbox, TextField } from '../../kit/field.tsx';
import { counted, formatBytes } from '../../kit/format.ts';
import { Notice } from '../../kit/notice.tsx';
import { useVirtualRows } from '../../kit/use-virtual-rows.ts';
import { LogLine } from './log-line.tsx';
import { LogSearch } from './log-search.tsx';
import { type LogStore, openLog } from './log-store.ts';
import styles from './logs-tab.module.css';

const ROW_HEIGHT = 20;

/** What a run printed: follows it, finds in it, whatever its size. */
export const LogsTab = ({ run, hasLogs }: { readonly run: string; readonly hasLogs: boolean }) => {
  const log = useMemo(() => openLog(run), [run]);
  useEffect(() => () => log.close(), [log]);
  const total = log.total.value;
  if (!hasLogs && total === 0) {
    return (
      <Notice icon="terminal" title="This run wrote no log">
        <p>Runicorn writes logs.txt when the training logs text, or captures its console.</p>
      </Notice>
    );
  }
  return <LogView key={run} run={run} log={log} />;
};

const LogView = ({ run, log }: { run: string; log: LogStore }) => {
  const [isFollowing, setFollowing] = useState(true);
  const [marked, setMarked] = useState<number | null>(null);
  const total = log.total.value;
  void log.version.value;
  const { viewport, range } = useVirtualRows<HTMLDivElement>({
    count: total,
    rowHeight: ROW_HEIGHT,
    overscan: 30,
  });
  useEffect(() => log.want(range.first, range.end), [log, range.first, range.end, total]);
  useEffect(() => {
    const element = viewport.current;
    if (isFollowing && element !== null) element.scrollTop = element.scrollHeight;
  }, [isFollowing, total, log.version.value]);

  const jumpTo = (line: number): void => {
    setFollowing(false);
    setMarked(line);
    const element = viewport.current;
    if (element !== null) element.scrollTop = line * ROW_HEIGHT - element.clientHeight / 3;
  };
  const wasAt = useRef(0);
  const onScroll = (): void => {
    const element = viewport.current;
    if (element === null) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - ROW_HEIGHT;
    // Who scrolls up wants to read; who comes back to the end wants to follow.
    if (scrollTop < wasAt.current && !isAtEnd) setFollowing(false);
    else if (isAtEnd) setFollowing(true);
    wasAt.current = scrollTop;
  };

  return (
    <div class={styles.page}>
      <div class={styles.bar}>
        <LogSearch run={run} onJump={jumpTo} />
        <LineField total={total} onJump={jumpTo} />
        <Checkbox label="Follow" checked={isFollowing} onChange={setFollowing} />
        <span class={styles.size}>
          {counted(total, 'line')}, {formatBytes(log.size.value)}
        </span>
        <LinkButton
          href={apiUrl('file', { run, path: 'logs.txt', download: 'yes' })}
          icon="download"
          variant="quiet"
          download
        >
          Download
        </LinkButton>
      </div>
      {log.error.value !== null && (
        <p class={styles.error} role="alert">
          {log.error.value.message}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <div class={styles.viewport} ref={viewport} onScroll={onScroll} tabIndex={0} role="log">
        <div class={styles.all} style={{ height: `${total * ROW_HEIGHT}px` }}>
          <div class={styles.rows} style={{ top: `${range.first * ROW_HEIGHT}px` }}>
            {Array.from({ length: range.end - range.first }, (_, i) => {
              const number = range.first + i;
              const text = log.line(number);
              return <LogLine key={number} {...{ number, text }} isMarked={number === marked} />;
            })}
          </div>
        </div>
      </div>
    </div>
  );
};

const LineField = ({ total, onJump }: { total: number; onJump: (line: number) => void }) => {
  const [text, setText] = useState('');
  return (
    <div class={styles.lineField}>
      <TextField
        label="Go to line"
        labelHidden
        placeholder="Line"
        value={text}
        onInput={setText}
        onKeyDown={({ key }) => {
          const line = Number(text);
          if (key === 'Enter' && line >= 1) onJump(Math.min(line, total) - 1);
        }}
      />
    </div>
  );
};
