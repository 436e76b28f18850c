import type { CheckId, CheckResult, DoctorEvent } from '../../session/doctor/report.ts';
import type { Check, DoctorLine } from '../api/schema/doctor.ts';

/** Titles of the checks that were told of so far. */
type Titles = ReadonlyMap<CheckId, string>;

/** What doctor reports, as a line of the API. Pure. */
export const doctorLineOf = (event: DoctorEvent, titles: Titles): DoctorLine => {
  if (event.type === 'summary') return { kind: 'done', outcome: OUTCOMES[event.verdict] };
  const { check: id, title } = event;
  if (event.status === 'start') {
    const nothingYet = { detail: null, ms: null, problem: null };
    return { kind: 'check', check: { id, title, status: 'running', ...nothingYet } };
  }
  return { kind: 'check', check: checkOf(event, titles) };
};

const OUTCOMES = { ok: 'healthy', warning: 'warnings', failed: 'failed' } as const;

const STATUSES = {
  ok: 'ok',
  warning: 'warning',
  failed: 'failed',
  'not-reached': 'skipped',
} as const;

const checkOf = (result: CheckResult, titles: Titles): Check => {
  const { check: id, title, verdict, fact, because, ms } = result;
  const detail =
    because === null ? fact : `Not reached, because of: ${titles.get(because) ?? because}`;
  return { id, title, status: STATUSES[verdict], detail, ms, problem: problemOf(result) };
};

const problemOf = ({ code, cause, remedy, command }: CheckResult): Check['problem'] =>
  cause === null ? null : { code, message: cause, hint: remedy, command };
