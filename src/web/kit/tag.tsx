import { Icon } from './icon.tsx';
import styles from './tag.module.css';

/** A word that people gave to a run. */
export const Tag = (props: { readonly text: string; readonly onRemove?: () => void }) => (
  <span class={styles.tag}>
    <span class={styles.text}>{props.text}</span>
    {props.onRemove !== undefined && (
      <button
        type="button"
        class={styles.remove}
        aria-label={`Remove tag ${props.text}`}
        onClick={props.onRemove}
      >
        <Icon name="close" size={10} />
      </button>
    )}
  </span>
);
