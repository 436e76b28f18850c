import { Dialog } from './dialog.tsx';
import { shortcuts } from './shortcuts.ts';
import styles from './shortcuts-dialog.module.css';

/** All keys that work on this page. */
export const ShortcutsDialog = ({ onClose }: { readonly onClose: () => void }) => (
  <Dialog title="Keyboard" onClose={onClose}>
    {shortcuts.value.map((group) => (
      <dl key={group[0]?.keys} class={styles.group}>
        {group.map(({ keys, does }) => (
          <div key={keys} class={styles.line}>
            <dt class={styles.keys}>
              {keys.split(' ').map((key) => (
                <kbd key={key} class={styles.key}>
                  {NAMES[key] ?? key}
                </kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    ))}
  </Dialog>
);

const NAMES: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};
