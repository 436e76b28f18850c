import type { Clock } from '../core/clock.ts';
import type { AgentClient } from './agent-client.ts';

/**
 * How long a login that has printed the beginning of a line may say nothing more. Start-up files that
 * load something slowly say so on a line of its own, or go on before that.
 */
const QUESTION_LIMIT_MS = 30_000;
const LOOK_MS = 1000;

/**
 * Resolves when a login asks something of whoever is there, where porthole's command should run: a menu,
 * a shell with a prompt, a password that has expired. Never resolves for one that is only slow.
 *
 * @throws the signal's reason when aborted
 */
export const loginAsks = async (input: {
  readonly agent: Pick<AgentClient, 'phase' | 'unfinished' | 'lastHeardMs'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Promise<void> => {
  const { agent, clock, signal } = input;
  for (;;) {
    await clock.sleep(LOOK_MS, { signal, ref: 'unref' });
    if (agent.phase() !== 'awaiting-hello' || agent.unfinished() === '') continue;
    if (clock.monotonicMs() - agent.lastHeardMs() >= QUESTION_LIMIT_MS) return;
  }
};
