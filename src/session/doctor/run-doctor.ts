import { singleLine } from '../../core/text.ts';
import { type Bench, createBench, type DoctorInput } from './bench.ts';
import type { Check } from './check.ts';
import { CHECKS } from './checks.ts';
import type { CheckId, CheckResult, DoctorEvent, Finding, Summary } from './report.ts';

export interface RunDoctorInput extends DoctorInput {
  /** Told of each check before and after it is made, and of the end. */
  readonly report: (event: DoctorEvent) => void;
}

/**
 * Makes every check that leads to an open viewer, one after the other, over a login of its own. A check
 * that stands on a failed one is not made, and says on which. What was started is ended again.
 *
 * @throws PortholeError `interrupted`; every other failure is a result
 */
export const runDoctor = async ({ report, ...input }: RunDoctorInput): Promise<Summary> => {
  const { clock } = input.context;
  const bench = createBench(input);
  const startedMs = clock.monotonicMs();
  const results = new Map<CheckId, CheckResult>();
  try {
    for (const check of CHECKS) {
      report({ type: 'check', status: 'start', check: check.id, title: check.title });
      const result = await resultOf(check, bench, results);
      results.set(check.id, result);
      report({ type: 'check', status: 'done', ...result });
    }
  } finally {
    await bench.close();
  }
  const ms = Math.round(clock.monotonicMs() - startedMs);
  const summary = summarize(input.wish.target.host, [...results.values()], ms);
  report({ type: 'summary', ...summary });
  return summary;
};

const resultOf = async (
  check: Check,
  bench: Bench,
  before: ReadonlyMap<CheckId, CheckResult>,
): Promise<CheckResult> => {
  const { clock } = bench;
  const blocked = check.needs.map((id) => before.get(id)).find((one) => one && isBarrier(one));
  if (blocked !== undefined) {
    const because = blocked.because ?? blocked.check;
    return { ...emptyResult(check), verdict: 'not-reached', because };
  }
  const startedMs = clock.monotonicMs();
  const finding = await check.run(bench);
  const ms = Math.round(clock.monotonicMs() - startedMs);
  const clean = (text: string) => bench.conceal(singleLine(text));
  const command = check.byHand(bench);
  return {
    ...emptyResult(check),
    ...inResult(finding, clean),
    ms,
    command: command === null ? null : clean(command),
  };
};

const isBarrier = ({ verdict }: CheckResult): boolean =>
  verdict === 'failed' || verdict === 'not-reached';

const emptyResult = ({ id, title }: Check): Omit<CheckResult, 'verdict'> => ({
  ...{ check: id, title, ms: 0, fact: null, cause: null, remedy: null },
  ...{ code: null, because: null, command: null },
});

const inResult = (finding: Finding, clean: (text: string) => string) => ({
  verdict: finding.verdict,
  ...(finding.verdict === 'failed' ? { code: finding.code } : { fact: clean(finding.fact) }),
  ...(finding.verdict === 'ok'
    ? {}
    : { cause: clean(finding.cause), remedy: clean(finding.remedy) }),
});

const summarize = (host: string, results: readonly CheckResult[], ms: number): Summary => {
  const failed = results.find(({ verdict }) => verdict === 'failed') ?? null;
  const warnings = results.filter(({ verdict }) => verdict === 'warning').length;
  const verdict = failed !== null ? 'failed' : warnings > 0 ? 'warning' : 'ok';
  return { host: singleLine(host), verdict, failed, warnings, ms };
};
