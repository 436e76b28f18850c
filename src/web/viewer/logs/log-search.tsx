import { useEffect, useState } from 'preact/hooks';
import { ApiError, getJson } from '../../kit/api-client.ts';
import { Button } from '../../kit/button.tsx';
import { TextField } from '../../kit/field.tsx';
import { counted } from '../../kit/format.ts';
import { useShortcuts } from '../../kit/shortcuts.ts';
import styles from './log-search.module.css';

interface Found {
  readonly line: readonly number[];
  readonly text: readonly string[];
  readonly next: number | null;
}

const WAIT_MS = 250;
const NOTHING: Found = { line: [], text: [], next: null };

/** Finds text in all of the log, on the server; `.*` takes it as a regular expression. */
export const LogSearch = (props: {
  readonly run: string;
  readonly onJump: (line: number) => void;
}) => {
  const { run, onJump } = props;
  const [text, setText] = useState('');
  const [isRegex, setRegex] = useState(false);
  const [found, setFound] = useState<Found>(NOTHING);
  const [at, setAt] = useState(0);
  const [error, setError] = useState<string | null>(null);
  const [field, setField] = useState<HTMLInputElement | null>(null);
  useShortcuts([{ keys: '/', does: 'Find in the log', run: () => field?.focus() }]);

  useEffect(() => {
    setError(null);
    if (text === '') return setFound(NOTHING);
    const abort = new AbortController();
    const ask = async () => {
      try {
        const query = { run, text, limit: 2_000, ...(isRegex ? { regex: 'yes' } : {}) };
        const answer = await getJson<Found>('logs/search', query, { signal: abort.signal });
        setFound(answer);
        setAt(0);
        const [first] = answer.line;
        if (first !== undefined) onJump(first);
      } catch (thrown) {
        if (!(thrown instanceof ApiError)) return;
        setFound(NOTHING);
        setError(thrown.message);
      }
    };
    const timer = setTimeout(() => void ask(), WAIT_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [run, text, isRegex]);

  const go = (step: number): void => {
    const count = found.line.length;
    if (count === 0) return;
    const next = (at + step + count) % count;
    setAt(next);
    onJump(found.line[next] ?? 0);
  };
  return (
    <search class={styles.search}>
      <div class={styles.field}>
        <TextField
          label="Find in the log"
          labelHidden
          icon="search"
          placeholder="Find in the log"
          value={text}
          clearable
          error={error}
          inputRef={setField}
          onInput={setText}
          onKeyDown={(event) => {
            if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          }}
        />
      </div>
      <Button
        label="As a regular expression"
        pressed={isRegex}
        variant="quiet"
        onClick={() => setRegex(!isRegex)}
      >
        .*
      </Button>
      {text !== '' && error === null && (
        <>
          <span class={styles.count} role="status">
            {found.line.length === 0
              ? 'not found'
              : `${at + 1} of ${counted(found.line.length, 'line')}${found.next === null ? '' : '+'}`}
          </span>
          <Button variant="quiet" icon="arrow-up" label="One before" onClick={() => go(-1)} />
          <Button variant="quiet" icon="arrow-down" label="Next one" onClick={() => go(1)} />
        </>
      )}
    </search>
  );
};
