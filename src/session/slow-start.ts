import type { Clock } from '../core/clock.ts';
import type { LaunchPlan } from './plan.ts';

export interface SlowStartInput {
  readonly plan: LaunchPlan;
  readonly clock: Clock;
  /** Aborted when the wait is over. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** Says, once, that a viewer takes longer to start than it does on a slow disk. */
export const noteSlowStart = async ({
  plan,
  clock,
  signal,
  say,
}: SlowStartInput): Promise<void> => {
  const { title, slowStartS } = plan.viewer;
  try {
    await clock.sleep(slowStartS * 1000, { signal, ref: 'unref' });
  } catch {
    return; // it has answered, or ended
  }
  say(
    `${title} has not answered for ${slowStartS} s, longer than a slow disk makes it wait; --timeout ends the wait, porthole logs shows what it prints.`,
  );
};
