import { useLayoutEffect, useRef } from 'preact/hooks';
import { useLog } from './follow-log.ts';
import styles from './log-view.module.css';
import { plainLog } from './plain-log.ts';

/** The end of a log, and what comes; stays at the end while one is there. */
export const LogView = ({ url, label }: { readonly url: string; readonly label: string }) => {
  const { text, state } = useLog(url);
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [text]);
  return (
    <pre
      ref={box}
      class={styles.log}
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by the keyboard as well
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {text === '' ? EMPTY[state] : plainLog(text)}
    </pre>
  );
};

const EMPTY = {
  connecting: 'Asking for the log…',
  open: 'The viewer has written nothing yet.',
  lost: 'The log cannot be read at the moment.',
} as const;
