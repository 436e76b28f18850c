import { useState } from 'preact/hooks';
import { Button, LinkButton } from '../../kit/button.tsx';
import { counted } from '../../kit/format.ts';
import { compareHref } from '../places.ts';
import { mayManage } from '../server.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { restoreRuns } from './manage.ts';
import { selectedRuns, view } from './runs-state.ts';
import { clearSelection } from './selection.ts';
import styles from './selection-bar.module.css';

/** The server draws so many at once. */
const MOST_COMPARED = 50;

/** What may be done with the ticked runs. */
export const SelectionBar = () => {
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const runs = selectedRuns.value;
  const { isBin } = view.value;
  const close = () => setDialog(null);
  return (
    <section class={styles.bar} aria-label="Selected runs">
      <span class={styles.count} role="status">
        {counted(runs.length, 'run')} selected
      </span>
      {!isBin && runs.length <= MOST_COMPARED && (
        <LinkButton variant="primary" icon="compare" href={compareHref(runs.map(({ key }) => key))}>
          Compare
        </LinkButton>
      )}
      {!isBin && runs.length > MOST_COMPARED && (
        <span class={styles.hint}>At most {MOST_COMPARED} can be compared</span>
      )}
      {mayManage() && !isBin && (
        <>
          <Button icon="tag" haspopup="dialog" onClick={() => setDialog('edit')}>
            {runs.length === 1 ? 'Name and tags' : 'Tags'}
          </Button>
          <Button icon="trash" haspopup="dialog" onClick={() => setDialog('delete')}>
            Delete
          </Button>
        </>
      )}
      {mayManage() && isBin && (
        <Button variant="primary" icon="restore" onClick={() => void restoreRuns(runs)}>
          Restore
        </Button>
      )}
      <Button variant="quiet" icon="close" label="Clear the selection" onClick={clearSelection} />
      {dialog === 'edit' && <EditDialog runs={runs} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog runs={runs} onClose={close} />}
    </section>
  );
};
