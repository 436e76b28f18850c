import type { Check, DoctorLine, Failure } from '../../../hub/api/contract.ts';

/** What doctor has told so far. */
export interface Examination {
  readonly checks: readonly Check[];
  readonly outcome: 'running' | 'healthy' | 'warnings' | 'failed';
  /** Why it broke off; null while it did not. */
  readonly failure: Failure | null;
}

export const NOTHING_YET: Examination = { checks: [], outcome: 'running', failure: null };

/** The examination with one more line of it: a check is told when it begins, and again when it is over. */
export const withLine = (before: Examination, line: DoctorLine): Examination => {
  switch (line.kind) {
    case 'started':
      return before;
    case 'check': {
      const { check } = line;
      const isKnown = before.checks.some(({ id }) => id === check.id);
      return {
        ...before,
        checks: isKnown
          ? before.checks.map((one) => (one.id === check.id ? check : one))
          : [...before.checks, check],
      };
    }
    case 'done':
      return { ...before, outcome: line.outcome };
    case 'broke-off':
      return { ...before, outcome: 'failed', failure: line.failure };
    default:
      return line satisfies never;
  }
};
