import { useSignal } from '@preact/signals';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { counted } from '../../kit/format.ts';
import { showToast } from '../../kit/toast.tsx';
import { call, failureFrom } from '../api/call.ts';
import { hub, sessions } from '../state/hub.ts';
import { SessionCard } from './session-card.tsx';
import styles from './session-list.module.css';

/** Everything that is open, whoever opened it. */
export const SessionList = () => {
  const isAsking = useSignal(false);
  const all = sessions.value;
  return (
    <section class={styles.section} id="open" aria-labelledby="open-title">
      <div class={styles.head}>
        <h2 id="open-title" class={styles.title}>
          Open now
          {all.length > 0 && <span class={styles.count}>{all.length}</span>}
        </h2>
        {all.length > 1 && (
          <Button
            variant="quiet"
            haspopup="dialog"
            onClick={() => {
              isAsking.value = true;
            }}
          >
            Stop all
          </Button>
        )}
      </div>
      {hub.value !== null && all.length === 0 && (
        <p class={styles.empty}>
          Nothing yet. What you open here or in a terminal stands here, with its state and its
          address.
        </p>
      )}
      <ul class={styles.list}>
        {all.map((session) => (
          <SessionCard key={session.session} session={session} />
        ))}
      </ul>
      {isAsking.value && (
        <StopAll
          count={all.length}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </section>
  );
};

const StopAll = (props: { readonly count: number; readonly onClose: () => void }) => (
  <Dialog
    title={`Stop all ${counted(props.count, 'viewer')}?`}
    onClose={props.onClose}
    actions={
      <>
        <Button onClick={props.onClose}>Cancel</Button>
        <Button
          variant="danger"
          autofocus
          onClick={() => {
            props.onClose();
            call('POST /api/sessions/stop-all').catch((error: unknown) =>
              showToast({ tone: 'bad', text: failureFrom(error).message }),
            );
          }}
        >
          Stop all
        </Button>
      </>
    }
  >
    <p>
      Viewers, tunnels and connections end, those from terminals too. Trainings, their data, and
      viewers that were running before stay as they are.
    </p>
  </Dialog>
);
