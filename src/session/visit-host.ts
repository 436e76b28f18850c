import { createDeadline } from '../core/deadline.ts';
import { PortholeError } from '../core/errors.ts';
import type { Connection } from '../remote/connection.ts';
import type { Hello } from '../remote/protocol/wire.ts';
import { targetKey } from '../ssh/target.ts';
import type { Interaction } from './interaction.ts';
import type { OpenRequest } from './open-request.ts';
import type { SessionContext } from './open-session.ts';
import { outsideDeadline } from './outside-deadline.ts';

/** Which server is asked for, and for how long one waits. */
export type VisitWish = Pick<OpenRequest, 'target' | 'sshEnvironment' | 'timeoutMs'>;

export interface VisitInput<T> {
  readonly wish: VisitWish;
  readonly context: SessionContext;
  readonly interaction: Interaction;
  readonly signal: AbortSignal;
  readonly work: (visit: {
    readonly connection: Connection;
    readonly hello: Hello;
    readonly signal: AbortSignal;
  }) => Promise<T>;
}

/**
 * Does something on a server without opening anything, over the connection that is there or one of its
 * own. The time limit stands still while a person is asked.
 *
 * @throws PortholeError as connecting fails; `connection-timeout`
 */
export const visitHost = async <T>(input: VisitInput<T>): Promise<T> => {
  const { wish, context } = input;
  const { connections, clock, store } = context;
  const deadline = createDeadline(clock, wish.timeoutMs, () => tookTooLong(wish));
  const signal = AbortSignal.any([input.signal, deadline.signal]);
  const interaction = outsideDeadline(input.interaction, deadline);
  try {
    const share = await connections.acquire(wish.target, {
      sshEnvironment: wish.sshEnvironment,
      prompter: interaction.prompter,
      prompting: 'interactive',
      knownPython: (await store.host(targetKey(wish.target)))?.agentPython,
    });
    try {
      const { connection } = share;
      const hello = await connection.established(signal);
      return await input.work({ connection, hello, signal });
    } finally {
      await share.release();
    }
  } finally {
    deadline.cancel();
  }
};

const tookTooLong = ({ target, timeoutMs }: VisitWish): PortholeError =>
  new PortholeError({
    code: 'connection-timeout',
    message: `${target.host} did not answer within ${Math.round(timeoutMs / 1000)} s.`,
    hint: 'Give it more time with --timeout SECONDS.',
  });
