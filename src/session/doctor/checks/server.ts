import type { Diagnosis } from '../../../remote/protocol/diagnosis.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';

interface Facts {
  readonly diagnosis: Diagnosis;
  /** Its clock less ours, milliseconds. */
  readonly skewMs: number;
}

/** Below this it shows nowhere; above, "changed 2 minutes ago" is wrong, and certificates may be refused. */
const SKEW_LIMIT_MS = 120_000;

/** The machine and the account: system, clock, what it does to processes that a login leaves. */
export const server = defineCheck<Facts>({
  id: 'server',
  title: 'server',
  needs: ['python'],
  byHand: (bench) => bench.sshLine([], 'uname -a; date; loginctl show-user --property=Linger'),
  look: async (bench) => {
    const diagnosis = await bench.diagnosis();
    return { diagnosis, skewMs: diagnosis.wallMs - bench.diagnosedAtMs() };
  },
  judge: (facts) => judgeServer(facts),
});

export const judgeServer = ({ diagnosis, skewMs }: Facts): Finding => {
  const { host, killsUserProcesses, hasProc } = diagnosis;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const clock = seconds < 2 ? '' : `; its clock is ${seconds} s ${skewMs > 0 ? 'ahead' : 'behind'}`;
  const proc = hasProc ? '' : '; without /proc';
  const fact = `${host.os}, ${host.user}@${host.hostname}, ${host.shell || 'no shell'}${proc}${clock}`;
  if (killsUserProcesses) {
    return {
      verdict: 'warning',
      fact,
      cause:
        'logind there ends what a login has started as soon as it ends (KillUserProcesses=yes).',
      remedy:
        'A viewer then does not outlive a lost connection: it is started anew. `loginctl enable-linger`, where it is allowed, changes that.',
    };
  }
  if (Math.abs(skewMs) < SKEW_LIMIT_MS) return { verdict: 'ok', fact };
  return {
    verdict: 'warning',
    fact,
    cause: `The clocks of the server and of this machine differ by ${seconds} s.`,
    remedy:
      'Ages of runs are shown wrong, and ssh certificates may be refused: set the clock that is wrong (NTP).',
  };
};
