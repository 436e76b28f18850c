import { useSignal } from '@preact/signals';
import type { Opening } from '../../../hub/api/contract.ts';
import { Button } from '../../kit/button.tsx';
import { Callout } from '../callout.tsx';
import { SavedDialog } from '../saved/saved-dialog.tsx';
import { wishOfSession } from '../saved/wish.ts';
import { blocked, openSession } from '../sessions/open-session.ts';
import { sessions } from '../state/hub.ts';
import { dismiss } from './actions.ts';
import styles from './opening-panel.module.css';
import { StepsList } from './steps-list.tsx';

/** It is open: where, and what else there is to do with it. */
export const Ready = (props: {
  readonly opening: Opening;
  readonly session: string;
  readonly origin: 'opened' | 'shared';
}) => {
  const isSaving = useSignal(false);
  const session = sessions.value.find((one) => one.session === props.session);
  if (session === undefined) {
    return (
      <div class={styles.actions}>
        <p>It was open, and has been stopped.</p>
        <Button onClick={() => void dismiss(props.opening)}>Close</Button>
      </div>
    );
  }
  const { viewer, storage, address } = session;
  const title = `${viewer?.title ?? 'The viewer'} ${viewer?.version ?? ''} shows ${storage ?? 'your runs'}`;
  return (
    <>
      <Callout
        tone="good"
        title={title}
        actions={
          <>
            <Button
              variant="primary"
              autofocus
              icon="external"
              onClick={() => void openSession(props.session, 'click')}
            >
              Open the viewer
            </Button>
            <Button
              icon="pin"
              haspopup="dialog"
              onClick={() => {
                isSaving.value = true;
              }}
            >
              Save this connection
            </Button>
            <Button onClick={() => void dismiss(props.opening)}>Done</Button>
          </>
        }
      >
        <p>
          {blocked.value.has(props.session)
            ? 'Your browser did not let a new tab open by itself: press the button.'
            : props.origin === 'shared'
              ? `It was open already, at ${address}`
              : `It opened in a new tab, at ${address}`}
        </p>
      </Callout>
      <StepsList opening={props.opening} />
      {isSaving.value && (
        <SavedDialog
          saved={null}
          wish={wishOfSession(session, props.opening.target)}
          onClose={() => {
            isSaving.value = false;
          }}
        />
      )}
    </>
  );
};
