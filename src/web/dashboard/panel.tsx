import type { Opening } from '../../hub/api/contract.ts';
import { Status, type StatusTone } from '../kit/status.tsx';
import { ConnectForm } from './connect/connect-form.tsx';
import { OpeningPanel } from './opening/opening-panel.tsx';
import styles from './panel.module.css';
import { openings } from './state/hub.ts';
import { show, shown } from './state/panel.ts';

/** The way to a server: where to, or how it goes. Several may be under way, each keeps its place. */
export const Panel = () => {
  const opening = shown.value;
  const all = openings.value;
  return (
    <section class={styles.panel} aria-label="Connect">
      {all.length > 0 && (
        <fieldset class={styles.switch} aria-label="Under way">
          <button
            type="button"
            class={styles.tab}
            aria-pressed={opening === null}
            onClick={() => show(null)}
          >
            New
          </button>
          {all.map((one) => (
            <button
              key={one.opening}
              type="button"
              class={styles.tab}
              aria-pressed={one.opening === opening?.opening}
              onClick={() => show(one.opening)}
            >
              <Status status={one.host} tone={TONES[one.phase.kind]} />
            </button>
          ))}
        </fieldset>
      )}
      <div class={styles.body}>
        {opening === null ? (
          <>
            <h1 class={styles.title}>Connect to a server</h1>
            <ConnectForm />
          </>
        ) : (
          <>
            <h1 class="visually-hidden">Connecting to {opening.host}</h1>
            <OpeningPanel opening={opening} />
          </>
        )}
      </div>
    </section>
  );
};

const TONES: Readonly<Record<Opening['phase']['kind'], StatusTone>> = {
  ...{ working: 'busy', choosing: 'warn', confirming: 'warn', ready: 'good', failed: 'bad' },
  cancelled: 'plain',
};
