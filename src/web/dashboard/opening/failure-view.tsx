import { useSignal } from '@preact/signals';
import type { Failure, Target } from '../../../hub/api/contract.ts';
import { Button } from '../../kit/button.tsx';
import { Command } from '../../kit/copy.tsx';
import { Callout } from '../callout.tsx';
import { Prose } from '../prose.tsx';
import { DoctorView } from './doctor-view.tsx';
import styles from './failure-view.module.css';

/** What went wrong, what is most likely behind it, how to test that, and the ways on. */
export const FailureView = (props: {
  readonly failure: Failure;
  readonly target: Target;
  readonly onAgain: () => void;
  readonly onChange: () => void;
}) => {
  const { failure, target } = props;
  const isExamined = useSignal(false);
  // Nobody goes on by a button here: the other key may be somebody else's.
  const isChangedKey = failure.code === 'host-key-changed';
  return (
    <div class={styles.failure}>
      <Callout tone="bad" title={failure.message}>
        {failure.hint !== null && (
          <p>
            <Prose text={failure.hint} />
          </p>
        )}
        <p class={styles.code}>{failure.code}</p>
      </Callout>
      {failure.causes.length > 0 && (
        <section class={styles.part}>
          <h3>Most likely</h3>
          <ul class={styles.causes}>
            {failure.causes.map((cause) => (
              <li key={cause}>
                <Prose text={cause} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {failure.commands.length > 0 && (
        <section class={styles.part}>
          <h3>
            {isChangedKey
              ? 'Only once the new key is confirmed: this removes the old one'
              : 'Test it in a terminal of this machine'}
          </h3>
          {failure.commands.map((command) => (
            <Command key={command} text={command} />
          ))}
        </section>
      )}
      {failure.output !== null && failure.output !== '' && (
        <details class={styles.output} open={isChangedKey}>
          <summary>What ssh or the viewer said</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by the keyboard as well */}
          <pre class={styles.text} tabIndex={0}>
            {failure.output}
          </pre>
        </details>
      )}
      {isExamined.value && target.kind === 'ssh' && <DoctorView target={target} />}
      <div class={styles.actions}>
        {!isChangedKey && (
          <Button variant="primary" autofocus onClick={props.onAgain}>
            Try again
          </Button>
        )}
        {target.kind === 'ssh' && (
          <>
            <Button onClick={props.onChange}>Change what was typed</Button>
            {!isExamined.value && (
              <Button
                icon="search"
                onClick={() => {
                  isExamined.value = true;
                }}
              >
                Run doctor
              </Button>
            )}
          </>
        )}
      </div>
    </div>
  );
};
