import { expect, test } from 'vitest';
import { doctorLineOf } from '../../../src/hub/dashboard/doctor-line.ts';
import type { CheckResult } from '../../../src/session/doctor/report.ts';

const result = (more: Partial<CheckResult>): CheckResult => ({
  ...{ check: 'python', title: 'Python', verdict: 'ok', ms: 12, fact: '3.11.7', cause: null },
  ...{ remedy: null, code: null, because: null, command: null, ...more },
});
const lineOf = (more: Partial<CheckResult>) =>
  doctorLineOf({ type: 'check', status: 'done', ...result(more) }, new Map([['tcp', 'TCP']]));

test('a check that was not reached names what stood in the way as people know it', () => {
  expect(lineOf({ verdict: 'not-reached', because: 'tcp' })).toMatchObject({
    check: { status: 'skipped', detail: 'Not reached, because of: TCP', problem: null },
  });
});

test('a warning carries what is odd and what helps, and the name of no failure', () => {
  const odd = { cause: 'It is old.', remedy: 'Take a newer one.', command: 'python3 -V' };
  expect(lineOf({ verdict: 'warning', ...odd })).toMatchObject({
    check: {
      status: 'warning',
      detail: '3.11.7',
      problem: { code: null, message: odd.cause, hint: odd.remedy, command: odd.command },
    },
  });
});
