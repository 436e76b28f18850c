import type { ComponentChildren, Ref } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { classes } from './classes.ts';
import styles from './combobox.module.css';
import { comboboxKeyAction } from './combobox-keys.ts';
import { Icon, type IconName } from './icon.tsx';

/** One line of what a field offers. */
export interface Suggestion {
  /** What stands in the field once it is chosen. */
  readonly value: string;
  readonly detail?: string;
  readonly icon?: IconName;
  /** Leads on rather than ends: the list stays open once it is chosen. */
  readonly leadsOn?: boolean;
}

/** A field that completes what is typed from a list below it. */
export const Combobox = (props: {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** Chosen from the list; without it, `onInput` hears of it. */
  readonly onChoose?: (suggestion: Suggestion) => void;
  readonly suggestions: readonly Suggestion[];
  /** Said below the suggestions: how many more there are, or why there is none. */
  readonly note?: string | undefined;
  readonly placeholder?: string;
  readonly icon?: IconName;
  readonly error?: string | null;
  readonly hint?: string | undefined;
  readonly mono?: boolean;
  readonly large?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** Beside the field: another way to fill it. */
  readonly children?: ComponentChildren;
  readonly class?: string | undefined;
}) => {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const { suggestions, error = null, hint, note } = props;
  const isShown = isOpen && (suggestions.length > 0 || note !== undefined);
  const active = isShown ? suggestions[at] : undefined;
  const below = error ?? hint;

  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const choose = (suggestion: Suggestion): void => {
    (props.onChoose ?? (({ value }) => props.onInput(value)))(suggestion);
    setOpen(suggestion.leadsOn === true);
    setAt(-1);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const action = comboboxKeyAction(event, { at, count: suggestions.length, isOpen: isShown });
    if (action === undefined) return;
    // Where nothing is chosen, Enter sends the form around the field.
    if (action.kind !== 'leave' && action.kind !== 'submit') event.preventDefault();
    switch (action.kind) {
      case 'move':
        setOpen(true);
        setAt(action.to);
        return;
      case 'choose':
        if (active !== undefined) choose(active);
        return;
      case 'close':
        setOpen(false);
        setAt(-1);
        return;
      case 'submit':
        setOpen(false);
        return;
      case 'leave':
        if (active !== undefined) choose(active);
        return;
      default:
        action satisfies never;
    }
  };

  return (
    <div class={classes(styles.field, props.large === true && styles.large, props.class)}>
      <label class={props.labelHidden === true ? 'visually-hidden' : styles.label} for={id}>
        {props.label}
      </label>
      <div class={styles.anchor}>
        <div class={styles.line}>
          <div class={classes(styles.box, error !== null && styles.wrong)}>
            {props.icon !== undefined && <Icon name={props.icon} class={styles.icon} />}
            <input
              id={id}
              ref={props.inputRef ?? null}
              class={classes(styles.input, props.mono === true && styles.mono)}
              type="text"
              role="combobox"
              aria-expanded={isShown}
              aria-controls={`${id}-list`}
              aria-autocomplete="list"
              aria-activedescendant={active === undefined ? undefined : `${id}-${at}`}
              aria-invalid={error !== null}
              aria-describedby={below === undefined ? undefined : `${id}-below`}
              placeholder={props.placeholder}
              value={props.value}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              onInput={({ currentTarget }) => {
                setOpen(true);
                setAt(-1);
                props.onInput(currentTarget.value);
              }}
              onClick={() => setOpen(true)}
              onKeyDown={onKeyDown}
              onBlur={() => {
                setOpen(false);
                setAt(-1);
              }}
            />
          </div>
          {props.children}
        </div>
        <div class={classes(styles.popup, !isShown && styles.closed)}>
          <div
            ref={list}
            id={`${id}-list`}
            class={styles.list}
            role="listbox"
            aria-label={props.label}
          >
            {isShown &&
              suggestions.map((suggestion, i) => (
                <div
                  key={suggestion.value}
                  id={`${id}-${i}`}
                  class={styles.option}
                  role="option"
                  aria-selected={i === at}
                  // Before the field loses the focus, which would close the list.
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => choose(suggestion)}
                >
                  {suggestion.icon !== undefined && <Icon name={suggestion.icon} size={14} />}
                  <span class={styles.value}>{suggestion.value}</span>
                  {suggestion.detail !== undefined && (
                    <span class={styles.detail}>{suggestion.detail}</span>
                  )}
                </div>
              ))}
          </div>
          {isShown && note !== undefined && <p class={styles.note}>{note}</p>}
        </div>
      </div>
      {below !== undefined && (
        <p
          id={`${id}-below`}
          class={error === null ? styles.hint : styles.error}
          role={error === null ? undefined : 'alert'}
        >
          {below}
        </p>
      )}
    </div>
  );
};
