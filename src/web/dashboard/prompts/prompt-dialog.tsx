import { useSignal } from '@preact/signals';
import type { Prompt, PromptAnswer } from '../../../hub/api/contract.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { TextField } from '../../kit/field.tsx';
import { counted } from '../../kit/format.ts';
import { showToast } from '../../kit/toast.tsx';
import { call, failureFrom } from '../api/call.ts';
import { describePrompt } from './describe-prompt.ts';
import styles from './prompt-dialog.module.css';

/** A question of ssh, in its own words. It goes when it is answered, here or in another tab. */
export const PromptDialog = (props: { readonly prompt: Prompt; readonly more: number }) => {
  const { prompt, more } = props;
  const text = useSignal('');
  const isSeen = useSignal(prompt.echo === 'shown');
  const isBusy = useSignal(false);
  const { title, form, label, go, note } = describePrompt(prompt);

  const answer = async (body: PromptAnswer): Promise<void> => {
    if (isBusy.peek()) return;
    isBusy.value = true;
    try {
      await call('POST /api/prompts/{prompt}/answer', { params: { prompt: prompt.id }, body });
    } catch (error) {
      const failure = failureFrom(error);
      // The dialog goes by itself: nobody waits for it any more.
      const isOver = failure.code === 'already-answered' || failure.code === 'not-found';
      showToast({ tone: 'bad', text: isOver ? 'That was answered already.' : failure.message });
      isBusy.value = false;
    }
    text.value = '';
  };
  const cancel = () => void answer({ kind: 'cancel' });
  const goOn = () => void answer({ kind: 'answer', text: form === 'decide' ? 'yes' : text.peek() });

  return (
    <Dialog
      title={title}
      onClose={cancel}
      strict
      wide={prompt.kind === 'host-key'}
      actions={
        <>
          <Button disabled={isBusy.value} autofocus={form !== 'type'} onClick={cancel}>
            {form === 'decide' && prompt.kind === 'confirmation' ? 'No' : 'Cancel'}
          </Button>
          {form !== 'wait' && (
            <Button variant="primary" disabled={isBusy.value} onClick={goOn}>
              {go}
            </Button>
          )}
        </>
      }
    >
      <form
        class={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          goOn();
        }}
      >
        {prompt.hostKey !== null && (
          <dl class={styles.key}>
            <div>
              <dt>Server</dt>
              <dd>{prompt.hostKey.host}</dd>
            </div>
            <div>
              <dt>Key</dt>
              <dd>{prompt.hostKey.type}</dd>
            </div>
            <div>
              <dt>Fingerprint</dt>
              <dd class={styles.fingerprint}>{prompt.hostKey.fingerprint}</dd>
            </div>
          </dl>
        )}
        <pre class={styles.words}>{prompt.text.trim()}</pre>
        {form === 'wait' && (
          <p class={styles.wait} role="status">
            <span class={styles.pulse} /> Waiting for your key…
          </p>
        )}
        {form === 'type' && (
          <TextField
            label={label}
            type={isSeen.value ? 'text' : 'password'}
            autofocus
            value={text.value}
            onInput={(value) => {
              text.value = value;
            }}
          >
            <Button
              variant="quiet"
              icon={isSeen.value ? 'eye-off' : 'eye'}
              label={isSeen.value ? 'Hide what is typed' : 'Show what is typed'}
              onClick={() => {
                isSeen.value = !isSeen.value;
              }}
            />
          </TextField>
        )}
        {note !== '' && <p class={styles.note}>{note}</p>}
        {more > 0 && <p class={styles.note}>{counted(more, 'more question')} after this one.</p>}
      </form>
    </Dialog>
  );
};
