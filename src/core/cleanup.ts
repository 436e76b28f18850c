import type { Logger } from './logger.ts';

/** Undo steps of an operation, run last first. */
export interface Cleanup {
  /** Adds a step; `what` names it in the log should it fail. */
  add(what: string, undo: () => unknown): void;
  /** Runs every step once, also when one fails; later calls wait for the same run. */
  run(): Promise<void>;
}

export const createCleanup = (logger: Logger): Cleanup => {
  const steps: { what: string; undo: () => unknown }[] = [];
  let running: Promise<void> | undefined;

  const runAll = async () => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        logger.warn(`Cannot ${step.what}: ${(error as Error).message}`);
      }
    }
  };

  return {
    add: (what, undo) => {
      steps.push({ what, undo });
    },
    run: () => {
      running ??= runAll();
      return running;
    },
  };
};
