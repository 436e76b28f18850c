import type { Logger } from '../core/logger.ts';
import type { TunnelWay } from '../remote/tunnels.ts';
import { type SessionEvent, type SessionState, transition } from './state.ts';

/** The one place that holds the state of a session. */
export interface StateHolder {
  current(): SessionState;
  apply(event: SessionEvent): SessionState;
  /** Calls back after each change, until the returned function is called. */
  onChange(listener: (state: SessionState) => void): () => void;
}

/** A session that has just begun to open; the log tells its changes by its name. */
export const createStateHolder = (name: string, logger: Logger): StateHolder => {
  let state: SessionState = { kind: 'connecting' };
  const listeners = new Set<(state: SessionState) => void>();
  return {
    current: () => state,
    apply: (event) => {
      state = transition(state, event);
      logger.debug(`${name}: ${describeState(state)}`);
      for (const tell of [...listeners]) tell(state);
      return state;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** A state in a few words, for logs and lists. */
export const describeState = (state: SessionState): string => {
  switch (state.kind) {
    case 'reconnecting':
      return `reconnecting (${state.phase}): ${state.reason}`;
    case 'ready':
      return `ready${overWay(state.way)}${state.note === undefined ? '' : `: ${state.note}`}`;
    case 'stopped':
      return `stopped: ${state.reason}`;
    case 'failed':
      return `failed: ${state.error.message}`;
    default:
      return state.kind;
  }
};

/** Words behind what is reached: nothing of the ordinary way. */
export const overWay = (way: TunnelWay): string =>
  way === 'forward' ? '' : ", over the agent's channel";
