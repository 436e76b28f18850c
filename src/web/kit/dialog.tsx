import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import styles from './dialog.module.css';

/**
 * A dialog over the page: mounted means open. The browser's own `<dialog>` keeps the focus inside,
 * gives it back at the end, and closes on Escape.
 */
export const Dialog = (props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons, the one that does it last. */
  readonly actions?: ComponentChildren;
  readonly wide?: boolean;
  /** A click beside it does not close it: what it asks waits for an answer. */
  readonly strict?: boolean;
}) => {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // By hand: the browser's own autofocus is for pages that have just been loaded.
    dialog?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      class={classes(styles.dialog, props.wide === true && styles.wide)}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onClick={(event) => {
        // A click on the scrim hits the dialog itself, never what is in it.
        if (event.target === ref.current && props.strict !== true) props.onClose();
      }}
    >
      <div class={styles.frame}>
        <header class={styles.header}>
          <h2 id={id} class={styles.title}>
            {props.title}
          </h2>
          <Button variant="quiet" icon="close" label="Close" onClick={props.onClose} />
        </header>
        <div class={styles.body}>{props.children}</div>
        {props.actions !== undefined && <footer class={styles.actions}>{props.actions}</footer>}
      </div>
    </dialog>
  );
};
