import type { ComponentChildren } from 'preact';
import styles from './dialog-form.module.css';

/** What a dialog asks for, below each other; Enter in a field does what the dialog's last button does. */
export const DialogForm = (props: {
  readonly onSubmit: () => void;
  /** Why it could not be done; null while it could. */
  readonly failure?: { readonly message: string; readonly hint: string | null } | null;
  readonly children: ComponentChildren;
}) => (
  <form
    class={styles.form}
    onSubmit={(event) => {
      event.preventDefault();
      props.onSubmit();
    }}
  >
    {props.children}
    {props.failure && (
      <p class={styles.failure} role="alert">
        {props.failure.message} {props.failure.hint}
      </p>
    )}
    <button type="submit" hidden>
      Save
    </button>
  </form>
);
