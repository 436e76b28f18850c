import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The test files that take longest. vitest knows by itself only what an earlier run has left in its cache,
 * which a fresh clone lacks, and one of these alone at the end is what everybody waits for. Those that
 * compute (browsers, Python) take turns with those that wait (leases, logins).
 */
export const LONGEST_FIRST: readonly string[] = [
  'test/web/dashboard/real-life.test.ts',
  'test/e2e/reconnect.test.ts',
  'test/remote/agent/agent.test.ts',
  'test/faults/faults.test.ts',
  'test/e2e/doctor-rows.test.ts',
  'test/web/dashboard/page.test.ts',
  'test/e2e/logins.test.ts',
  'test/builtin/builtin.test.ts',
  'test/e2e/remembered.test.ts',
  'test/web/dashboard/whole-way.test.ts',
  'test/remote/probe/probe-real-tools.test.ts',
  'test/e2e/ends.test.ts',
  'test/web/viewer/runs-page.test.ts',
  'test/lab/lab.test.ts',
  'test/web/viewer/run-pages.test.ts',
  'test/e2e/doctor.test.ts',
  'test/scripts/bench.test.ts',
  'test/e2e/own-master.test.ts',
  'test/remote/probe/probe.test.ts',
  'test/e2e/open.test.ts',
  'test/session/gateway/proxy.test.ts',
  'test/e2e/second-interrupt.test.ts',
  'test/e2e/odd-servers.test.ts',
  'test/e2e/one-hub.test.ts',
  'test/e2e/viewers/adopt.test.ts',
  'test/e2e/browser.test.ts',
  'test/e2e/bad-login.test.ts',
  'test/e2e/detach.test.ts',
  'test/e2e/viewers/tensorboard.test.ts',
  'test/e2e/slow-link.test.ts',
  'test/e2e/idle-proxy.test.ts',
];

/** Starts the long test files first, and the others as vitest would. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST_FIRST.indexOf(relative(this.ctx.config.root, moduleId));
      return at === -1 ? LONGEST_FIRST.length : at;
    };
    // Stable: those of one place stay as vitest has them.
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
