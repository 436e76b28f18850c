import type { Clock } from '../core/clock.ts';
import { PortholeError } from '../core/errors.ts';
import type { AgentClient } from '../remote/agent-client.ts';
import { stopResultSchema } from '../remote/protocol/sessions.ts';
import { pingResultSchema } from '../remote/protocol/wire.ts';

export interface StopViewerInput {
  readonly agent: AgentClient;
  /** Id of the session on the server. */
  readonly id: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** SIGTERM, five seconds, SIGKILL: the server answers after that at the latest, if it answers at all. */
export const STOP_TIMEOUT_MS = 10_000;

/** A ping is answered at once, also while the viewer takes its time to end: who waits longer waits for nobody. */
const SILENCE_LIMIT_MS = 3000;

/**
 * Ends a viewer on the server, one that is still being launched as well; resolves when nothing of it
 * is left there.
 *
 * @throws PortholeError `connection-timeout`, `connection-closed`; AgentError where there is no such session
 */
export const stopViewer = async (input: StopViewerInput): Promise<void> => {
  const { agent, id, clock, timeoutMs } = input;
  const timeout = clock.timeout(timeoutMs, noAnswerToStop);
  const silence = clock.timeout(SILENCE_LIMIT_MS, noAnswerToStop);
  const signal = AbortSignal.any([timeout.signal, silence.signal]);
  try {
    const stopped = agent.request('stop', { session: id }, stopResultSchema, { signal });
    agent.request('ping', {}, pingResultSchema, { signal }).then(silence.cancel, () => undefined);
    await stopped;
  } finally {
    timeout.cancel();
    silence.cancel();
  }
};

const noAnswerToStop = (): PortholeError =>
  new PortholeError({
    code: 'connection-timeout',
    message: 'the server does not answer; the viewer will end there when its grace time is over',
  });
