import { useSignal } from '@preact/signals';
import type { Opening } from '../../../hub/api/contract.ts';
import { routeUrl } from '../api/call.ts';
import { LogView } from '../logs/log-view.tsx';
import styles from './failure-view.module.css';

/** What the viewer says while it starts, folded until somebody wants to know. */
export const StartLog = ({ opening }: { readonly opening: Opening }) => {
  const isOpen = useSignal(false);
  if (!opening.steps.some(({ step }) => step === 'launch')) return null;
  return (
    <details
      class={styles.output}
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>Log of the viewer</summary>
      {isOpen.value && (
        <LogView
          label="Log of the viewer"
          url={routeUrl('/api/openings/{opening}/log', { opening: opening.opening })}
        />
      )}
    </details>
  );
};
