import { isFailure, toPortholeError } from '../../core/errors.ts';
import { AgentError } from '../../remote/agent-failures.ts';
import type { Bench } from './bench.ts';
import type { CheckId, Finding } from './report.ts';

/** One step on the way to an open viewer, looked at by itself. */
export interface Check {
  readonly id: CheckId;
  readonly title: string;
  /** Without these it cannot be made. */
  readonly needs: readonly CheckId[];
  /** What shows the same by hand; null where nothing does. */
  readonly byHand: (bench: Bench) => string | null;
  /** @throws the signal's reason when the user ends it; any other failure is a finding */
  readonly run: (bench: Bench) => Promise<Finding>;
}

/** A check as it is written: facts are looked for by one function, and judged by another, which is pure. */
export interface CheckDefinition<Facts> {
  readonly id: CheckId;
  readonly title: string;
  readonly needs?: readonly CheckId[];
  readonly byHand?: (bench: Bench) => string;
  readonly look: (bench: Bench) => Promise<Facts>;
  readonly judge: (facts: Facts) => Finding;
}

export const defineCheck = <Facts>(definition: CheckDefinition<Facts>): Check => {
  const { id, title, needs = [], byHand = () => null, look, judge } = definition;
  return {
    ...{ id, title, needs, byHand },
    run: async (bench) => {
      try {
        return judge(await look(bench));
      } catch (thrown) {
        if (isFailure(thrown, 'interrupted')) throw thrown;
        return failureOf(thrown);
      }
    },
  };
};

/** A failure that was thrown while somebody looked, as a finding. */
export const failureOf = (thrown: unknown): Extract<Finding, { verdict: 'failed' }> => {
  if (thrown instanceof AgentError) {
    return {
      verdict: 'failed',
      code: thrown.code === 'runtime-directory' ? 'runtime-directory' : 'protocol-error',
      cause: thrown.message,
      remedy: 'Run the same with -v; if the server is an ordinary one, please report it.',
    };
  }
  const {
    code,
    message,
    hint = 'Run the same with -v, which shows every ssh command.',
  } = toPortholeError(thrown);
  return { verdict: 'failed', code, cause: message, remedy: hint };
};
