import { amendError, type PortholeError } from '../core/errors.ts';
import { counted } from '../core/text.ts';
import { MAX_RESTARTS, type Restarts, takeRestart } from './restart-budget.ts';

/** The restarts of one session's viewer so far. */
export interface RestartLog {
  /**
   * Counts one more start after a crash.
   *
   * @throws PortholeError the crash, saying so, where there were too many of late
   */
  take(crash: PortholeError, nowMs: number): void;
}

export const createRestartLog = (): RestartLog => {
  let restarts: Restarts = [];
  return {
    take: (crash, nowMs) => {
      const verdict = takeRestart(restarts, nowMs);
      if (verdict.kind === 'spent') throw spent(crash);
      restarts = verdict.restarts;
    },
  };
};

const spent = (crash: PortholeError): PortholeError =>
  amendError(crash, {
    hint: `It was started again ${counted(MAX_RESTARTS, 'time')} within ten minutes, so porthole leaves it. ${crash.hint ?? ''}`.trim(),
  });
