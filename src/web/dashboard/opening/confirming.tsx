import { useSignal } from '@preact/signals';
import type { Opening, Summary } from '../../../hub/api/contract.ts';
import { Button } from '../../kit/button.tsx';
import { counted } from '../../kit/format.ts';
import { showToast } from '../../kit/toast.tsx';
import { call, failureFrom } from '../api/call.ts';
import { Facts } from './facts.tsx';
import styles from './opening-panel.module.css';

/** What was settled without a question, before it is started. */
export const Confirming = (props: { readonly opening: Opening; readonly summary: Summary }) => {
  const isBusy = useSignal(false);
  const { summary } = props;
  const decide = async (decision: 'start' | 'cancel'): Promise<void> => {
    isBusy.value = true;
    const params = { opening: props.opening.opening };
    await call('POST /api/openings/{opening}/confirmation', { params, body: { decision } }).catch(
      (error: unknown) => showToast({ tone: 'bad', text: failureFrom(error).message }),
    );
    isBusy.value = false;
  };
  return (
    <>
      <Facts
        facts={[
          ['Environment', summary.environment?.name ?? 'none needed'],
          ['Viewer', `${summary.viewer} ${summary.viewerVersion}`],
          [
            'Storage root',
            summary.runs === null
              ? summary.storage
              : `${summary.storage} (${counted(summary.runs, 'run')})`,
          ],
          ...(summary.notice === null ? [] : [['May change', summary.notice] as const]),
        ]}
      />
      <div class={styles.actions}>
        <Button
          variant="primary"
          autofocus
          disabled={isBusy.value}
          onClick={() => void decide('start')}
        >
          Start the viewer
        </Button>
        <Button disabled={isBusy.value} onClick={() => void decide('cancel')}>
          Do not start
        </Button>
      </div>
    </>
  );
};
