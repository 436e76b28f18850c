import type { FirstHop } from '../../../ssh/first-hop.ts';
import type { ResolvedHost } from '../../../ssh/resolve-host.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';

interface Facts {
  readonly config: ResolvedHost;
  readonly hop: FirstHop;
  /** Control socket of the user's own live connection. */
  readonly ownMaster: string | undefined;
}

/** What ssh's configuration comes to for the host, by ssh's own judgement. */
export const sshConfig = defineCheck<Facts>({
  id: 'config',
  title: 'ssh config',
  needs: ['ssh'],
  byHand: (bench) => bench.sshLine(['-G']),
  look: async (bench) => ({
    config: await bench.config(),
    hop: await bench.firstHop(),
    ownMaster: await bench.ownMaster(),
  }),
  judge: (facts) => judgeConfig(facts),
});

export const judgeConfig = ({ config, hop, ownMaster }: Facts): Finding => {
  const { hostname, user, port, leftOut } = config;
  const parts = [
    `${user === '' ? '' : `${user}@`}${hostname} port ${port}`,
    ...(hop.jumps.length > 0 ? [`by way of ${hop.jumps.join(', ')}`] : []),
    ...(hop.kind === 'program' ? ['dialled by a ProxyCommand'] : []),
    ...(ownMaster === undefined
      ? []
      : [`open shares your live connection at ${ownMaster}; here a login of its own is looked at`]),
    ...(leftOut.length > 0 ? [`porthole does without its ${leftOut.join(', ')}`] : []),
  ];
  return { verdict: 'ok', fact: parts.join('; ') };
};
