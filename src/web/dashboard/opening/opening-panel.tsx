import type { Opening } from '../../../hub/api/contract.ts';
import { Button } from '../../kit/button.tsx';
import { Callout } from '../callout.tsx';
import { describeRoute } from '../connect/describe-route.ts';
import { again, cancel, change, dismiss } from './actions.ts';
import { Choosing } from './choose/choosing.tsx';
import { Confirming } from './confirming.tsx';
import { FailureView } from './failure-view.tsx';
import styles from './opening-panel.module.css';
import { Ready } from './ready.tsx';
import { StartLog } from './start-log.tsx';
import { stepLines } from './steps.ts';
import { StepsList } from './steps-list.tsx';
import { useLeadFocus } from './use-lead-focus.ts';

/** One way to a viewer, from the first step to the last. */
export const OpeningPanel = ({ opening }: { readonly opening: Opening }) => {
  const { phase, notes } = opening;
  const part = useLeadFocus<HTMLDivElement>(`${opening.opening} ${phase.kind}`);
  return (
    <div ref={part} class={styles.panel} tabIndex={-1}>
      <Head opening={opening} />
      <p class="visually-hidden" role="status">
        {sayPhase(opening)}
      </p>
      {(phase.kind === 'working' || phase.kind === 'failed' || phase.kind === 'cancelled') && (
        <StepsList opening={opening} />
      )}
      {notes.map((note) => (
        <Callout key={note} tone="calm" title={note} />
      ))}
      <Body opening={opening} />
    </div>
  );
};

/** For those who hear the page: what goes on now. */
const sayPhase = ({ host, phase, ...opening }: Opening): string => {
  switch (phase.kind) {
    case 'working': {
      const running = stepLines({ ...opening, phase }).find(({ status }) => status === 'running');
      return running === undefined ? '' : `${host}: ${running.name}`;
    }
    case 'choosing':
      return `${host}: choose an environment`;
    case 'confirming':
      return `${host}: confirm the start`;
    case 'ready':
      return `${host}: ready`;
    case 'failed':
      return '';
    case 'cancelled':
      return `${host}: cancelled`;
    default:
      return phase satisfies never;
  }
};

const Body = ({ opening }: { readonly opening: Opening }) => {
  const { phase } = opening;
  switch (phase.kind) {
    case 'working':
      return <StartLog opening={opening} />;
    case 'choosing':
      return <Choosing key={opening.opening} {...{ opening, ...phase }} />;
    case 'confirming':
      return <Confirming opening={opening} summary={phase.summary} />;
    case 'ready':
      return <Ready opening={opening} session={phase.session} origin={phase.origin} />;
    case 'failed':
      return (
        <FailureView
          key={opening.opening}
          failure={phase.failure}
          target={opening.target}
          onAgain={() => void again(opening)}
          onChange={() => change(opening)}
        />
      );
    case 'cancelled':
      return (
        <div class={styles.actions}>
          <Button variant="primary" autofocus onClick={() => void again(opening)}>
            Try again
          </Button>
          <Button onClick={() => change(opening)}>Change what was typed</Button>
        </div>
      );
    default:
      return phase satisfies never;
  }
};

/** How it was reached, once it is; and the way out. */
const Head = ({ opening }: { readonly opening: Opening }) => {
  const { host, route, latencyMs, phase } = opening;
  const isOver = phase.kind === 'ready' || phase.kind === 'failed' || phase.kind === 'cancelled';
  const words = [
    route === null ? null : describeRoute(route),
    latencyMs === null ? null : `${Math.round(latencyMs)} ms`,
  ].filter((word) => word !== null);
  return (
    <div class={styles.head}>
      <div class={styles.names}>
        <h2 class={styles.host}>{host}</h2>
        {words.length > 0 && <p class={styles.route}>{words.join(' · ')}</p>}
      </div>
      {isOver ? (
        <Button variant="quiet" icon="close" label="Close" onClick={() => void dismiss(opening)} />
      ) : (
        <Button onClick={() => void cancel(opening)}>Cancel</Button>
      )}
    </div>
  );
};
