import type { OpenEvent } from '../../session/interaction.ts';
import type { Step } from '../api/schema/opening.ts';

type StepEvent = Extract<OpenEvent, { type: 'step' }>;

/** The steps after one more event; a step that comes again is a step of its own. Pure. */
export const takeStep = (steps: readonly Step[], event: StepEvent, now: string): Step[] => {
  const { step } = event;
  if (event.status === 'start') {
    return [...steps, { step, status: 'running', startedAt: now, ms: null, detail: null }];
  }
  const { ms, detail } = event;
  return steps.map((one) =>
    one.step === step && one.status === 'running' ? { ...one, status: 'done', ms, detail } : one,
  );
};

/** The steps when the opening has broken off: what still ran then has got no further. Pure. */
export const failStep = (
  steps: readonly Step[],
  status: 'failed' | 'cancelled',
  nowMs: number,
): Step[] =>
  steps.map((one) =>
    one.status === 'running'
      ? { ...one, status, ms: Math.max(0, nowMs - Date.parse(one.startedAt)) }
      : one,
  );
