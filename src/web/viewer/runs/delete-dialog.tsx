import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { counted, formatBytes } from '../../kit/format.ts';
import { Status } from '../../kit/status.tsx';
import styles from './edit-dialog.module.css';
import { deleteRuns } from './manage.ts';
import { nameOf, type Run } from './run.ts';

const MOST_NAMED = 8;

/** Asks before runs go into the bin, and says which. */
export const DeleteDialog = ({
  runs,
  onClose,
}: {
  readonly runs: readonly Run[];
  readonly onClose: () => void;
}) => {
  const running = runs.filter(({ status }) => status === 'running').length;
  const bytes = runs.reduce((sum, { size }) => sum + (size ?? 0), 0);
  return (
    <Dialog
      title={`Delete ${counted(runs.length, 'run')}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose} autofocus>
            Cancel
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              onClose();
              void deleteRuns(runs);
            }}
          >
            Move to the bin
          </Button>
        </>
      }
    >
      <div class={styles.form}>
        {running > 0 && (
          <p class={styles.warning}>
            {counted(running, 'of them is', 'of them are')} still running; the training goes on.
          </p>
        )}
        <ul class={styles.runs}>
          {runs.slice(0, MOST_NAMED).map((run) => (
            <li key={run.key} class={styles.run}>
              <span class={styles.name}>{nameOf(run)}</span>
              <Status status={run.status} />
            </li>
          ))}
        </ul>
        {runs.length > MOST_NAMED && <p class={styles.note}>and {runs.length - MOST_NAMED} more</p>}
        <p class={styles.note}>
          The files stay on the server{bytes > 0 && ` (${formatBytes(bytes)})`}, marked as deleted;
          the bin brings them back.
        </p>
      </div>
    </Dialog>
  );
};
