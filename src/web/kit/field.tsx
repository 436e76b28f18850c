import type { ComponentChildren, JSX, Ref } from 'preact';
import { useId } from 'preact/hooks';
import { classes } from './classes.ts';
import styles from './field.module.css';
import { FieldBox, INPUT_CLASS } from './field-box.tsx';
import { Icon, type IconName } from './icon.tsx';

/** One line of text. `label` is shown above, or only heard where `labelHidden` says so. */
export const TextField = (props: {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly placeholder?: string;
  readonly icon?: IconName;
  /** What is wrong with the value; null while nothing is. */
  readonly error?: string | null;
  readonly hint?: string;
  readonly mono?: boolean;
  readonly clearable?: boolean;
  readonly autofocus?: boolean;
  /** `password` shows dots; no browser is asked to keep it. */
  readonly type?: 'text' | 'password';
  readonly disabled?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly class?: string | undefined;
  readonly children?: ComponentChildren;
}) => {
  const id = useId();
  const { error = null, hint, type = 'text' } = props;
  const note = error ?? hint;
  const kind = type === 'password' ? ({ type: 'password' } as const) : ({ type: 'text' } as const);
  return (
    <div class={classes(styles.field, props.class)}>
      <label class={props.labelHidden === true ? 'visually-hidden' : styles.label} for={id}>
        {props.label}
      </label>
      <FieldBox
        icon={props.icon}
        wrong={error !== null}
        clearLabel={
          props.clearable === true && props.value !== '' && `Clear ${props.label.toLowerCase()}`
        }
        onClear={() => props.onInput('')}
        after={props.children}
      >
        <input
          id={id}
          ref={props.inputRef ?? null}
          class={classes(INPUT_CLASS, props.mono === true && styles.mono)}
          {...kind}
          value={props.value}
          disabled={props.disabled}
          placeholder={props.placeholder}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onKeyDown={props.onKeyDown}
          aria-invalid={error !== null}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          autocomplete={type === 'password' ? 'new-password' : 'off'}
          autocapitalize="off"
          spellcheck={false}
          data-autofocus={props.autofocus === true ? true : undefined}
        />
      </FieldBox>
      {note !== undefined && (
        <p
          id={`${id}-note`}
          class={error === null ? styles.hint : styles.error}
          role={error === null ? undefined : 'alert'}
        >
          {note}
        </p>
      )}
    </div>
  );
};

/** One of few values, by the system's own list. */
export const Select = <Value extends string>(props: {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly value: Value;
  readonly options: ReadonlyArray<{ readonly value: Value; readonly label: string }>;
  readonly onChange: (value: Value) => void;
  readonly class?: string | undefined;
}) => {
  const id = useId();
  return (
    <div class={classes(styles.field, props.class)}>
      <label class={props.labelHidden === true ? 'visually-hidden' : styles.label} for={id}>
        {props.label}
      </label>
      <div class={styles.selectBox}>
        <select
          id={id}
          class={styles.select}
          value={props.value}
          onChange={(event) => {
            const { value } = event.currentTarget;
            const chosen = props.options.find((option) => option.value === value);
            if (chosen !== undefined) props.onChange(chosen.value);
          }}
        >
          {props.options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <Icon name="chevron-down" size={12} class={styles.chevron} />
      </div>
    </div>
  );
};

interface CheckboxProps {
  readonly label: string;
  readonly checked: boolean | 'mixed';
  readonly onChange: (checked: boolean, event: MouseEvent) => void;
  readonly tabIndex?: number;
}

/** On, off, or some of what it stands for. */
export const Checkbox = (props: CheckboxProps) => (
  <label class={styles.checkbox}>
    <input {...boxOf(props)} />
    <span>{props.label}</span>
  </label>
);

/** The box alone, where what stands beside it says what it is for; the label is for those who do not see that. */
export const Tick = (props: CheckboxProps) => <input {...boxOf(props)} aria-label={props.label} />;

const boxOf = ({ checked, onChange, tabIndex }: CheckboxProps) =>
  ({
    type: 'checkbox',
    class: styles.tick,
    checked: checked === true,
    indeterminate: checked === 'mixed',
    tabIndex,
    onClick: (event) => onChange(event.currentTarget.checked, event),
  }) satisfies JSX.IntrinsicElements['input'];

/** One of two to five values, all in sight. */
export const Segmented = <Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly options: ReadonlyArray<{
    readonly value: Value;
    readonly label: string;
    readonly icon?: IconName;
  }>;
  readonly onChange: (value: Value) => void;
}) => {
  const name = useId();
  return (
    <fieldset class={styles.segmented}>
      <legend class="visually-hidden">{props.label}</legend>
      {props.options.map(({ value, label, icon }) => (
        <label key={value} class={styles.segment} title={icon === undefined ? undefined : label}>
          <input
            type="radio"
            class="visually-hidden"
            name={name}
            checked={value === props.value}
            onChange={() => props.onChange(value)}
          />
          {icon === undefined ? (
            label
          ) : (
            <>
              <Icon name={icon} size={14} />
              <span class="visually-hidden">{label}</span>
            </>
          )}
        </label>
      ))}
    </fieldset>
  );
};
