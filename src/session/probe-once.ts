import { createDeadline } from '../core/deadline.ts';
import { PortholeError } from '../core/errors.ts';
import type { ProbeResult } from '../remote/protocol.ts';
import { targetKey } from '../ssh/target.ts';
import type { Interaction } from './interaction.ts';
import type { OpenRequest } from './open-request.ts';
import type { SessionContext } from './open-session.ts';
import { outsideDeadline } from './outside-deadline.ts';
import { probeHost } from './remembered-plan.ts';

/** Whose environments are asked for, and for how long one waits. */
export type ProbeWish = Pick<OpenRequest, 'target' | 'sshEnvironment' | 'timeoutMs'>;

export interface ProbeOnceInput {
  readonly wish: ProbeWish;
  readonly context: SessionContext;
  readonly interaction: Interaction;
  readonly signal: AbortSignal;
}

/**
 * Looks at a server without opening anything, over the connection that is there or one of its own.
 *
 * @throws PortholeError as connecting fails; `connection-timeout`
 */
export const probeOnce = async (input: ProbeOnceInput): Promise<ProbeResult> => {
  const { wish, context } = input;
  const { connections, clock, store } = context;
  const key = targetKey(wish.target);
  const deadline = createDeadline(clock, wish.timeoutMs, () => probeTookTooLong(wish));
  const signal = AbortSignal.any([input.signal, deadline.signal]);
  const interaction = outsideDeadline(input.interaction, deadline);
  try {
    const known = await store.host(key);
    const share = await connections.acquire(wish.target, {
      sshEnvironment: wish.sshEnvironment,
      prompter: interaction.prompter,
      prompting: 'interactive',
      knownPython: known?.agentPython,
    });
    try {
      const hello = await share.connection.established(signal);
      const nothingAsked = { environment: null, storage: null };
      const probe = await probeHost(share.connection, nothingAsked, {
        remembered: undefined,
        signal,
      });
      const environments = probe.environments.map(({ name }) => name);
      await store.rememberHost(key, { agentPython: hello.executable, environments });
      return probe;
    } finally {
      await share.release();
    }
  } finally {
    deadline.cancel();
  }
};

const probeTookTooLong = ({ target, timeoutMs }: ProbeWish): PortholeError =>
  new PortholeError({
    code: 'connection-timeout',
    message: `${target.host} did not answer within ${Math.round(timeoutMs / 1000)} s.`,
    hint: 'Give it more time with --timeout SECONDS.',
  });
