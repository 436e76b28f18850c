import { signal } from '@preact/signals';
import { Icon } from './icon.tsx';
import styles from './toast.module.css';

interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

/** How long what went well stays; what went wrong stays until it is closed. */
const SHOWN_MS = 6_000;

/** Says in a corner of the page what came of something; with a way back where there is one. */
export const showToast = (toast: Omit<Toast, 'id'>): void => {
  lastId += 1;
  const id = lastId;
  toasts.value = [...toasts.value.slice(-3), { ...toast, id }];
  if (toast.tone === 'good') setTimeout(() => dismiss(id), SHOWN_MS);
};

const dismiss = (id: number): void => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

/** Where the toasts appear; once a page. */
export const Toasts = () => (
  <div class={styles.region} role="status" aria-live="polite">
    {toasts.value.map(({ id, tone, text, action }) => (
      <div key={id} class={styles.toast} data-tone={tone}>
        <Icon name={tone === 'good' ? 'check' : 'alert'} class={styles.icon} />
        <p class={styles.text}>{text}</p>
        {action !== undefined && (
          <button
            type="button"
            class={styles.action}
            onClick={() => {
              dismiss(id);
              action.run();
            }}
          >
            {action.label}
          </button>
        )}
        <button type="button" class={styles.close} aria-label="Dismiss" onClick={() => dismiss(id)}>
          <Icon name="close" size={12} />
        </button>
      </div>
    ))}
  </div>
);
