import type { ProbeResult } from '../remote/protocol/probe.ts';
import { targetKey } from '../ssh/target.ts';
import { probeHost } from './remembered-plan.ts';
import { type VisitInput, type VisitWish, visitHost } from './visit-host.ts';

/** Whose environments are asked for, and for how long one waits. */
export type ProbeWish = VisitWish;

/**
 * Looks at a server without opening anything.
 *
 * @throws PortholeError as connecting fails; `connection-timeout`
 */
export const probeOnce = (input: Omit<VisitInput<ProbeResult>, 'work'>): Promise<ProbeResult> =>
  visitHost({
    ...input,
    work: async ({ connection, hello, signal }) => {
      await input.context.takeInOwnViewers();
      const nothingAsked = { environment: null, storage: null };
      const probe = await probeHost(connection, nothingAsked, { remembered: undefined, signal });
      const environments = probe.environments.map(({ name }) => name);
      const key = targetKey(input.wish.target);
      await input.context.store.rememberHost(key, { agentPython: hello.executable, environments });
      return probe;
    },
  });
