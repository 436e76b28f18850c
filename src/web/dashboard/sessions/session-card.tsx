import { useSignal } from '@preact/signals';
import type { Session } from '../../../hub/api/contract.ts';
import { Button } from '../../kit/button.tsx';
import { copyText } from '../../kit/copy.tsx';
import { formatBytes, formatDuration } from '../../kit/format.ts';
import { Menu, type MenuItem } from '../../kit/menu.tsx';
import { now } from '../../kit/now.ts';
import { Status } from '../../kit/status.tsx';
import { showToast } from '../../kit/toast.tsx';
import { call, failureFrom } from '../api/call.ts';
import { describeRoute } from '../connect/describe-route.ts';
import { SavedDialog } from '../saved/saved-dialog.tsx';
import { targetOfSession, wishOfSession } from '../saved/wish.ts';
import { link, openings } from '../state/hub.ts';
import { show } from '../state/panel.ts';
import { secondsOf } from '../time.ts';
import { canRetry, describeState } from './describe-state.ts';
import { LogsDialog } from './logs-dialog.tsx';
import { blocked, openSession } from './open-session.ts';
import styles from './session-card.module.css';

/** One viewer that is open, with all that can be done to it. */
export const SessionCard = ({ session }: { readonly session: Session }) => {
  const dialog = useSignal<'none' | 'logs' | 'save'>('none');
  const { session: name, host, state } = session;
  const close = () => {
    dialog.value = 'none';
  };
  return (
    <li class={styles.card} data-state={state.kind} aria-label={name}>
      <div class={styles.top}>
        <h3
          class={styles.host}
          title={session.route === null ? host : describeRoute(session.route)}
        >
          {name}
        </h3>
        <Actions
          session={session}
          onDialog={(which) => {
            dialog.value = which;
          }}
        />
      </div>
      <What session={session} />
      <Reason session={session} />
      <Figures session={session} />
      {dialog.value === 'logs' && <LogsDialog session={session} onClose={close} />}
      {dialog.value === 'save' && (
        <SavedDialog
          saved={null}
          wish={wishOfSession(session, targetOfSession(session))}
          onClose={close}
        />
      )}
    </li>
  );
};

const State = ({ session: { state } }: { readonly session: Session }) => {
  if (link.value !== 'live') return <Status status="Not known" tone="plain" />;
  const { tone, word } = describeState(state, 0);
  return <Status status={word} tone={tone} />;
};

const What = ({ session }: { readonly session: Session }) => {
  const { viewer, environment, storage, route, host, session: name, access } = session;
  const words = [
    viewer === null ? null : `${viewer.title} ${viewer.version}`,
    environment?.name ?? null,
    route === null ? (host === name ? null : host) : `${route.user}@${host.replace(/^.*@/, '')}`,
    access === 'manage' ? 'may change runs' : null,
  ].filter((word) => word !== null);
  return (
    <>
      <p class={styles.what}>{words.join(' · ')}</p>
      {storage !== null && (
        <p class={styles.storage} title={storage}>
          <bdi>{storage}</bdi>
        </p>
      )}
    </>
  );
};

const Reason = ({ session: { state, session } }: { readonly session: Session }) => {
  if (blocked.value.has(session)) {
    return <p class={styles.reason}>Ready. Your browser held its tab back: press Open.</p>;
  }
  if (state.kind === 'ready') return null;
  const { text, tone } = describeState(state, now.value);
  return text === '' ? null : (
    <p class={styles.reason} data-tone={tone}>
      {text} {state.failure?.hint}
    </p>
  );
};

const Figures = ({ session }: { readonly session: Session }) => {
  const { localPort, readyAt, latencyMs, traffic, state } = session;
  const ready = secondsOf(readyAt);
  return (
    <p class={styles.figures}>
      <State session={session} />
      {localPort !== null && (
        <button
          type="button"
          class={styles.port}
          disabled={link.value !== 'live'}
          title={`Copy the address: ${session.address}`}
          aria-label={`Copy the address of ${session.session}, port ${localPort}`}
          onClick={() => void copyUrl(session.session)}
        >
          :{localPort}
        </button>
      )}
      {ready !== null && <span title="Open for">{shortUptime(now.value - ready)}</span>}
      {latencyMs !== null && state.kind === 'ready' && (
        <span title="Round trip to the server">{Math.round(latencyMs)} ms</span>
      )}
      {traffic !== null && traffic.bytesDown + traffic.bytesUp > 0 && (
        <span title={`${formatBytes(traffic.bytesUp)} sent, ${traffic.requests} requests`}>
          ↓ {formatBytes(traffic.bytesDown)}
        </span>
      )}
    </p>
  );
};

/** To the minute, once there are any: what changes every second draws the eye. */
const shortUptime = (seconds: number): string =>
  seconds < 60 ? '< 1 min' : formatDuration(Math.floor(seconds / 60) * 60).replace(' 00 s', '');

const Actions = (props: {
  readonly session: Session;
  readonly onDialog: (which: 'logs' | 'save') => void;
}) => {
  const { session } = props;
  const { session: name, state } = session;
  const isStopping = useSignal(false);
  const params = { session: name };
  const opening = openings.value.find((one) => one.opening === session.opening);
  const isGone = link.value !== 'live';
  const isOpening = session.readyAt === null && state.kind !== 'failed';
  const stop = async () => {
    isStopping.value = true;
    await call('POST /api/sessions/{session}/stop', { params }).catch(said);
    isStopping.value = false;
  };
  const items: readonly MenuItem[] = [
    {
      label: 'Copy URL',
      icon: 'copy',
      onSelect: () => void copyUrl(name),
      disabled: session.address === null,
    },
    {
      label: 'Logs',
      icon: 'terminal',
      onSelect: () => props.onDialog('logs'),
      disabled: session.viewer === null,
    },
    {
      label: 'Retry now',
      icon: 'refresh',
      onSelect: () => void retry(name),
      disabled: !canRetry(session),
    },
    { label: 'Save this connection', icon: 'pin', onSelect: () => props.onDialog('save') },
  ];
  if (state.kind === 'failed') {
    return (
      <div class={styles.actions}>
        <Button onClick={() => void call('DELETE /api/sessions/{session}', { params }).catch(said)}>
          Dismiss
        </Button>
      </div>
    );
  }
  return (
    <div class={styles.actions}>
      {isOpening && opening !== undefined && (
        <Button onClick={() => show(opening.opening)}>Show</Button>
      )}
      {canRetry(session) && (
        <Button disabled={isGone} variant="primary" icon="refresh" onClick={() => void retry(name)}>
          Retry now
        </Button>
      )}
      {state.kind === 'ready' && (
        <Button
          disabled={isGone}
          variant={blocked.value.has(name) ? 'primary' : 'plain'}
          icon="external"
          label={`Open ${name}`}
          onClick={() => void openSession(name, 'click')}
        >
          Open
        </Button>
      )}
      <Button
        label={`Stop ${name}`}
        disabled={isGone || isStopping.value || state.kind === 'stopping'}
        onClick={() => void stop()}
      >
        Stop
      </Button>
      <Menu label={`More for ${name}`} icon="dots" variant="quiet" groups={[items]} />
    </div>
  );
};

const said = (error: unknown): void => {
  showToast({ tone: 'bad', text: failureFrom(error).message });
};

const retry = (session: string): Promise<void> =>
  call('POST /api/sessions/{session}/retry', { params: { session } }).catch(said);

const copyUrl = async (session: string): Promise<void> => {
  try {
    const { url } = await call('POST /api/sessions/{session}/url', { params: { session } });
    if (await copyText(url)) showToast({ tone: 'good', text: 'Address copied' });
  } catch (error) {
    said(error);
  }
};
