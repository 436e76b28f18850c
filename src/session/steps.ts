import type { Clock } from '../core/clock.ts';
import { singleLine } from '../core/text.ts';
import type { Interaction, OpenStep } from './interaction.ts';

/** Tells the steps of an opening session, with their times. */
export interface Steps {
  /** Runs one step; `detail` says in a few words what came out of it. */
  run<T>(step: OpenStep, work: () => Promise<T>, detail: (outcome: T) => string): Promise<T>;
}

export const createSteps = (clock: Clock, interaction: Pick<Interaction, 'report'>): Steps => ({
  run: async (step, work, detail) => {
    const startedMs = clock.monotonicMs();
    interaction.report({ type: 'step', step, status: 'start' });
    const outcome = await work();
    const ms = Math.round(clock.monotonicMs() - startedMs);
    interaction.report({
      type: 'step',
      step,
      status: 'done',
      ms,
      detail: singleLine(detail(outcome)),
    });
    return outcome;
  },
});
