import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { TextField } from '../../kit/field.tsx';
import { counted, formatCount } from '../../kit/format.ts';
import { useShortcuts } from '../../kit/shortcuts.ts';
import { createLogFinder, type Finding } from './log-finder.ts';
import styles from './log-search.module.css';

/** Finds text in all of the log, on the server; `.*` takes it as a regular expression. */
export const LogSearch = (props: {
  readonly run: string;
  readonly onJump: (line: number) => void;
}) => {
  const { run, onJump } = props;
  const [text, setText] = useState('');
  const [isRegex, setRegex] = useState(false);
  const [field, setField] = useState<HTMLInputElement | null>(null);
  const jump = useRef(onJump);
  jump.current = onJump;
  const finder = useMemo(() => createLogFinder((line) => jump.current(line)), []);
  useShortcuts([{ keys: '/', does: 'Find in the log', run: () => field?.focus() }]);

  useEffect(() => {
    finder.start({ run, text, isRegex });
    return finder.stop;
  }, [run, text, isRegex]);

  const found = finder.finding.value;
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
          error={found.error}
          inputRef={setField}
          onInput={setText}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void finder.step(event.shiftKey ? -1 : 1);
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
      {text !== '' && found.error === null && (
        <>
          <span class={styles.count} role="status">
            {countOf(found)}
          </span>
          <Button
            variant="quiet"
            icon="arrow-up"
            label="One before"
            onClick={() => void finder.step(-1)}
          />
          <Button
            variant="quiet"
            icon="arrow-down"
            label="Next one"
            onClick={() => void finder.step(1)}
          />
        </>
      )}
    </search>
  );
};

/** `3 of 1 204 lines`; `+` while the server has not counted to the end. */
const countOf = ({ lines, at, total, isCounted, isSearching }: Finding): string => {
  if (lines.length === 0) return isSearching ? 'searching …' : 'not found';
  const all = counted(total, 'line');
  return `${formatCount(at + 1)} of ${isCounted ? all : all.replace(' line', '+ line')}`;
};
