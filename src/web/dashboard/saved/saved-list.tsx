import { useSignal } from '@preact/signals';
import type { Saved } from '../../../hub/api/contract.ts';
import { Button } from '../../kit/button.tsx';
import { formatAge } from '../../kit/format.ts';
import { Menu } from '../../kit/menu.tsx';
import { now } from '../../kit/now.ts';
import { showToast } from '../../kit/toast.tsx';
import { call, failureFrom } from '../api/call.ts';
import { hub, saved } from '../state/hub.ts';
import { beginSaved } from '../state/panel.ts';
import { secondsOf } from '../time.ts';
import { SavedDialog } from './saved-dialog.tsx';
import styles from './saved-list.module.css';
import { describeSaved, wishOfSaved } from './wish.ts';

/** Connections that the user keeps: one press opens each. */
export const SavedList = () => {
  const edited = useSignal<Saved | null>(null);
  if (hub.value === null || saved.value.length === 0) return null;
  return (
    <section class={styles.section} aria-labelledby="saved-title">
      <h2 id="saved-title" class={styles.title}>
        Saved
      </h2>
      <ul class={styles.list}>
        {saved.value.map((one) => (
          <li key={one.saved} class={styles.row}>
            <div class={styles.words}>
              <h3 class={styles.name}>{one.name}</h3>
              <p class={styles.what} title={describeSaved(one)}>
                {describeSaved(one)}
              </p>
            </div>
            {one.lastOpenedAt !== null && (
              <span class={styles.age}>{ago(secondsOf(one.lastOpenedAt), now.value)}</span>
            )}
            <Button label={`Open ${one.name}`} onClick={() => void open(one)}>
              Open
            </Button>
            <Menu
              label={`More for ${one.name}`}
              icon="dots"
              variant="quiet"
              groups={[
                [
                  {
                    label: 'Edit',
                    icon: 'pencil',
                    onSelect: () => {
                      edited.value = one;
                    },
                  },
                  {
                    label: 'Delete',
                    icon: 'trash',
                    tone: 'danger',
                    onSelect: () => void remove(one),
                  },
                ],
              ]}
            />
          </li>
        ))}
      </ul>
      {edited.value !== null && (
        <SavedDialog
          saved={edited.value.saved}
          wish={wishOfSaved(edited.value)}
          onClose={() => {
            edited.value = null;
          }}
        />
      )}
    </section>
  );
};

const ago = (seconds: number | null, at: number): string => {
  const age = formatAge(seconds, at);
  return age === 'now' ? age : `${age} ago`;
};

const open = async ({ saved: id }: Saved): Promise<void> => {
  const failure = await beginSaved(id);
  if (failure !== null) showToast({ tone: 'bad', text: failure.message });
};

/** Gone at once, and back at once where that was a slip. */
const remove = async (one: Saved): Promise<void> => {
  try {
    await call('DELETE /api/saved/{saved}', { params: { saved: one.saved } });
    showToast({
      tone: 'good',
      text: `${one.name} deleted`,
      action: {
        label: 'Undo',
        run: () => void call('POST /api/saved', { body: wishOfSaved(one) }).catch(said),
      },
    });
  } catch (error) {
    said(error);
  }
};

const said = (error: unknown): void => {
  showToast({ tone: 'bad', text: failureFrom(error).message });
};
