import type { GatewayState } from './gateway/link.ts';
import type { SessionState } from './state.ts';

/** What the gateway's pages are told of a session's state. */
export const gatewayStateOf = (
  state: SessionState,
  { socketPath, sinceMs }: { socketPath: string | undefined; sinceMs: number },
): GatewayState => {
  const through = socketPath === undefined ? {} : { socketPath };
  switch (state.kind) {
    case 'ready':
      return socketPath === undefined
        ? { kind: 'failed', message: 'The session has no tunnel.' }
        : { kind: 'ready', socketPath };
    case 'reconnecting':
      return {
        kind: 'reconnecting',
        phase: state.phase,
        reason: state.reason,
        sinceMs,
        ...through,
      };
    case 'stopping':
      return { kind: 'stopped', reason: 'The session is being stopped.' };
    case 'stopped':
      return { kind: 'stopped', reason: state.reason };
    case 'failed': {
      const { message, hint } = state.error;
      return { kind: 'failed', message, ...(hint === undefined ? {} : { hint }) };
    }
    default:
      return { kind: 'starting', step: STEP_TEXTS[state.kind], ...through };
  }
};

const STEP_TEXTS = {
  connecting: 'Connecting',
  probing: 'Looking for environments',
  choosing: 'Choosing an environment',
  launching: 'Starting the viewer',
  forwarding: 'Opening the tunnel',
} as const;
