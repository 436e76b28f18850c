import type { CheckResult, DoctorEvent } from '../../session/doctor/report.ts';
import type { Check, DoctorLine } from '../api/schema/doctor.ts';
import type { Failure } from '../api/schema/failure.ts';

/** What doctor reports, as a line of the API. Pure. */
export const doctorLineOf = (event: DoctorEvent): DoctorLine => {
  if (event.type === 'summary') return { kind: 'done', outcome: OUTCOMES[event.verdict] };
  const { check: id, title } = event;
  if (event.status === 'start') {
    const nothingYet = { detail: null, ms: null, failure: null };
    return { kind: 'check', check: { id, title, status: 'running', ...nothingYet } };
  }
  return { kind: 'check', check: checkOf(event) };
};

const OUTCOMES = { ok: 'healthy', warning: 'warnings', failed: 'failed' } as const;

const STATUSES = {
  ok: 'ok',
  warning: 'warning',
  failed: 'failed',
  'not-reached': 'skipped',
} as const;

const checkOf = (result: CheckResult): Check => {
  const { check: id, title, verdict, fact, because, ms } = result;
  const detail = because === null ? fact : `Not reached: it stands on ${because}.`;
  return { id, title, status: STATUSES[verdict], detail, ms, failure: failureOf(result) };
};

const failureOf = ({ code, cause, remedy, command }: CheckResult): Failure | null =>
  cause === null
    ? null
    : {
        // A warning has no failure's name: nothing ends by it.
        code: code ?? 'usage',
        message: cause,
        hint: remedy,
        commands: command === null ? [] : [command],
        ...{ output: null, causes: [], field: null },
      };
