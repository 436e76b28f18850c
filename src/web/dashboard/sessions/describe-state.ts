import type { Session, SessionState } from '../../../hub/api/contract.ts';
import { formatDuration } from '../../kit/format.ts';
import type { StatusTone } from '../../kit/status.tsx';
import { secondsOf } from '../time.ts';

/** A state as people read it. */
export interface StateWords {
  readonly tone: StatusTone;
  readonly word: string;
  /** Why, and what comes next; '' where there is nothing to say. */
  readonly text: string;
}

const BUSY: Readonly<Record<string, string>> = {
  connecting: 'Connecting',
  probing: 'Looking',
  choosing: 'Choosing',
  launching: 'Starting',
  forwarding: 'Tunnel',
  stopping: 'Stopping',
};

/** @param now seconds since the epoch */
export const describeState = (state: SessionState, now: number): StateWords => {
  const { kind, reason } = state;
  if (kind === 'ready') return { tone: 'good', word: 'Ready', text: '' };
  if (kind === 'failed') {
    return { tone: 'bad', word: 'Failed', text: state.failure?.message ?? reason ?? '' };
  }
  if (kind !== 'reconnecting')
    return { tone: 'busy', word: BUSY[kind] ?? kind, text: reason ?? '' };
  if (state.phase === 'needs-authentication') {
    return { tone: 'warn', word: 'Needs you', text: sentences(reason, 'Retry to sign in again.') };
  }
  const since = formatDuration(Math.max(1, Math.floor(now - (secondsOf(state.since) ?? now))));
  const attempt = state.attempt === null || state.attempt < 2 ? '' : `, attempt ${state.attempt}`;
  const doing = state.phase === 'connecting' ? 'Connecting again' : 'Trying again by itself';
  return {
    tone: 'warn',
    word: 'Reconnecting',
    text: sentences(reason, `${doing}${attempt}; lost ${since} ago.`),
  };
};

const sentences = (reason: string | null, next: string): string => {
  if (reason === null || reason === '') return next;
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}. ${next}`;
};

/** Whether "Retry now" is of use. */
export const canRetry = ({ state: { kind, phase } }: Session): boolean =>
  kind === 'reconnecting' && phase !== 'connecting';
