import { useId, useRef, useState } from 'preact/hooks';
import { classes } from '../../kit/classes.ts';
import { FieldBox, INPUT_CLASS } from '../../kit/field-box.tsx';
import { setQuery } from '../../kit/location.ts';
import { type Completion, completionsAt } from './filter/completions.ts';
import styles from './filter-field.module.css';
import { FilterHelp } from './filter-help.tsx';
import { columnNames } from './runs-feed.ts';
import { candidates, filterError, isTyping, view } from './runs-state.ts';

/** Where the filter is typed: names and values are offered, and what is wrong is said at once. */
export const FilterField = () => {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [chosen, setChosen] = useState(-1);
  const text = view.value.filter;
  const error = filterError.value;
  const completions =
    caret === null
      ? []
      : completionsAt(text, caret, { names: columnNames.value, runs: candidates.value });
  const isOpen = completions.length > 0;

  const change = (value: string, at: number | null): void => {
    setQuery({ q: value });
    isTyping.value = true;
    setCaret(at);
    setChosen(-1);
  };
  const complete = ({ from, to, insert }: Completion): void => {
    const at = from + insert.length;
    change(text.slice(0, from) + insert + text.slice(to), null);
    // After the new text is in the field.
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(at, at);
      setCaret(at);
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const picked = completions[chosen] ?? (event.key === 'Tab' ? completions[0] : undefined);
    if (event.key === 'Escape') {
      event.preventDefault();
      if (isOpen) setCaret(null);
      else if (text !== '') change('', null);
      else input.current?.blur();
    } else if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen(
        (chosen + step + completions.length + (chosen === -1 && step === -1 ? 1 : 0)) %
          completions.length,
      );
    } else if (
      (event.key === 'Enter' || event.key === 'Tab') &&
      isOpen &&
      picked !== undefined &&
      !event.shiftKey
    ) {
      event.preventDefault();
      complete(picked);
    } else if (event.key === 'Enter') {
      setCaret(null);
      isTyping.value = false;
    }
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: the element search is not known to all browsers
    <div class={styles.field} role="search">
      <FieldBox
        icon="filter"
        wrong={error !== null}
        clearLabel={text !== '' && 'Clear the filter'}
        onClear={() => change('', null)}
        after={<FilterHelp />}
      >
        <input
          ref={input}
          class={INPUT_CLASS}
          type="text"
          role="combobox"
          aria-label="Filter runs"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && chosen >= 0 ? `${id}-${chosen}` : undefined}
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : `${id}-error`}
          placeholder="Filter: yolo, or lr < 0.01 and status = running"
          value={text}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onInput={({ currentTarget }) => change(currentTarget.value, currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setCaret(null);
            isTyping.value = false;
          }}
        />
      </FieldBox>
      <div
        id={`${id}-list`}
        class={classes(styles.list, !isOpen && styles.closed)}
        role="listbox"
        aria-label="Names and values"
      >
        {completions.map((completion, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus
          <div
            key={completion.insert}
            id={`${id}-${i}`}
            class={styles.option}
            role="option"
            aria-selected={i === chosen}
            // Before the field loses the focus, which would close the list.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => complete(completion)}
          >
            <span class={styles.label}>{completion.label}</span>
            <span class={styles.kind}>{completion.kind}</span>
          </div>
        ))}
      </div>
      {error !== null && (
        <p id={`${id}-error`} class={styles.error} role="alert">
          {error.to > error.from && (
            <mark class={styles.mark}>{text.slice(error.from, error.to)}</mark>
          )}
          {error.message}
        </p>
      )}
    </div>
  );
};
