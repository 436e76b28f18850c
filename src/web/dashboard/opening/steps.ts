import type { Opening } from '../../../hub/api/contract.ts';

type StepName = Opening['steps'][number]['step'];

const ORDER: readonly StepName[] = ['connect', 'probe', 'launch', 'forward'];

const NAMES: Readonly<Record<StepName, string>> = {
  connect: 'Connect',
  probe: 'Look at the server',
  launch: 'Start the viewer',
  forward: 'Tunnel and health check',
};

/** One line of the way: what it is, how far, how long it took. */
export interface StepLine {
  readonly key: StepName;
  readonly name: string;
  readonly status: 'waiting' | Opening['steps'][number]['status'];
  /** ISO 8601; null before it begins. */
  readonly startedAt: string | null;
  readonly ms: number | null;
  readonly detail: string | null;
}

/** All steps of an opening, those to come as well; a look at the server that was not needed is left out. */
export const stepLines = ({
  steps,
  phase,
}: Pick<Opening, 'steps' | 'phase'>): readonly StepLine[] => {
  const reached = Math.max(-1, ...steps.map(({ step }) => ORDER.indexOf(step)));
  const isOver = phase.kind === 'failed' || phase.kind === 'cancelled' || phase.kind === 'ready';
  return ORDER.flatMap((key, i) => {
    const step = steps.findLast((one) => one.step === key);
    if (step === undefined && (i < reached || isOver)) return [];
    return [
      {
        ...{ key, name: NAMES[key], status: step?.status ?? ('waiting' as const) },
        startedAt: step?.startedAt ?? null,
        ms: step?.ms ?? null,
        detail: step?.detail ?? null,
      },
    ];
  });
};
