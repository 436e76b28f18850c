import { useSignal } from '@preact/signals';
import { Button } from '../../kit/button.tsx';
import { TextField } from '../../kit/field.tsx';
import { counted, formatAge } from '../../kit/format.ts';
import { now } from '../../kit/now.ts';
import { showToast } from '../../kit/toast.tsx';
import { call } from '../api/call.ts';
import { useAnswer } from '../api/use-answer.ts';
import styles from '../saved/saved-list.module.css';
import { firstPaint } from '../state/first-paint.ts';
import { begin } from '../state/panel.ts';
import own from './this-machine.module.css';

/** Storage roots of this machine, opened without ssh. */
export const ThisMachine = () => {
  const path = useSignal('');
  // A program looks for them: once the page stands.
  const found = useAnswer(() => firstPaint.then(() => call('POST /api/here/look')), []);
  const roots = found.kind === 'here' ? found.answer.storageRoots : [];
  return (
    <section class={styles.section} aria-labelledby="here-title">
      <h2 id="here-title" class={styles.title}>
        This machine
      </h2>
      <div class={styles.list}>
        <ul>
          {roots.map((root) => (
            <li key={root.path} class={styles.row}>
              <div class={styles.words}>
                <h3 class={own.path} title={root.path}>
                  {root.path}
                </h3>
                <p class={styles.what}>
                  {root.runs === 0 ? 'no runs' : counted(root.runs, 'run')}
                  {root.runsCapped && ' or more'}
                </p>
              </div>
              {root.modifiedAt !== null && (
                <span class={styles.age}>{formatAge(root.modifiedAt, now.value)}</span>
              )}
              <Button label={`Open ${root.path}`} onClick={() => void open(root.path)}>
                Open
              </Button>
            </li>
          ))}
        </ul>
        {found.kind === 'here' && roots.length === 0 && (
          <p class={styles.note}>No runs were found on this machine.</p>
        )}
        {found.kind === 'failed' && (
          <p class={styles.note} role="alert">
            {found.failure.message} {found.failure.hint}
          </p>
        )}
        <form
          class={own.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (path.value.trim() !== '') void open(path.value.trim());
          }}
        >
          <TextField
            class={own.field}
            label="Another directory of this machine"
            labelHidden
            mono
            icon="folder"
            placeholder="another directory"
            value={path.value}
            onInput={(value) => {
              path.value = value;
            }}
          />
          <Button type="submit" label="Open this directory" disabled={path.value.trim() === ''}>
            Open
          </Button>
        </form>
      </div>
    </section>
  );
};

const open = async (storage: string): Promise<void> => {
  const failure = await begin({
    // As `porthole here`: nothing need be installed.
    ...{ target: { kind: 'here' }, storage, viewer: 'builtin' },
    ...{ choice: 'remembered', confirmation: 'assume-yes' },
  });
  if (failure !== null) showToast({ tone: 'bad', text: failure.message });
};
