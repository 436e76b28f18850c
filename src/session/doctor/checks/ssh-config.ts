import type { FirstHop } from '../../../ssh/first-hop.ts';
import type { ResolvedHost } from '../../../ssh/resolve-host.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';

interface Facts {
  readonly config: ResolvedHost;
  readonly hop: FirstHop;
}

/** What ssh's configuration comes to for the host, by ssh's own judgement. */
export const sshConfig = defineCheck<Facts>({
  id: 'config',
  title: 'ssh config',
  needs: ['ssh'],
  byHand: (bench) => bench.sshLine(['-G']),
  look: async (bench) => ({ config: await bench.config(), hop: await bench.firstHop() }),
  judge: (facts) => judgeConfig(facts),
});

export const judgeConfig = ({ config, hop }: Facts): Finding => {
  const { hostname, user, port, leftOut } = config;
  const parts = [
    `${user === '' ? '' : `${user}@`}${hostname} port ${port}`,
    ...(hop.jumps.length > 0 ? [`by way of ${hop.jumps.join(', ')}`] : []),
    ...(hop.kind === 'program' ? ['dialled by a ProxyCommand'] : []),
    ...(leftOut.length > 0 ? [`porthole does without its ${leftOut.join(', ')}`] : []),
  ];
  return { verdict: 'ok', fact: parts.join('; ') };
};
