import { counted } from '../../../core/text.ts';
import type { Leftover } from '../../../remote/protocol/sessions.ts';
import { listLeftovers } from '../../reap-leftovers.ts';
import { STEP_LIMIT_MS } from '../bench.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';

/** What lies there of this user's earlier sessions, opened from whatever machine. */
export const leftovers = defineCheck<readonly Leftover[]>({
  id: 'leftovers',
  title: 'leftovers',
  needs: ['python'],
  byHand: (bench) => bench.sshLine([], 'ls -la /tmp/porthole-$(id -u)'),
  look: async (bench) => {
    const { opened } = await bench.login();
    const { connection } = await opened;
    return listLeftovers(connection, bench.within(STEP_LIMIT_MS, 'the search for leftovers'));
  },
  judge: (sessions) => judgeLeftovers(sessions),
});

export const judgeLeftovers = (sessions: readonly Leftover[]): Finding => {
  const left = sessions.filter(({ state }) => state !== 'held');
  const held = counted(sessions.length - left.length, 'session');
  if (left.length === 0) return { verdict: 'ok', fact: `${held} in use, nothing left behind` };
  return {
    verdict: 'warning',
    fact: `${held} in use, ${left.length} left behind`,
    cause: `Nobody holds any more: ${left.map(({ session, state }) => `${session} (${state})`).join(', ')}.`,
    remedy: 'porthole removes it at the next connect; at once: porthole reap HOST',
  };
};
