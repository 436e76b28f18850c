import type { Clock } from '../core/clock.ts';
import { amendError, isFailure, PortholeError } from '../core/errors.ts';
import { tailOf } from '../core/text.ts';
import { destinationWords } from '../ssh/argv.ts';
import type { Master } from '../ssh/master.ts';
import { settlesWithin } from '../ssh/settles-within.ts';
import type { SshTarget } from '../ssh/target.ts';
import type { AgentClient } from './agent-client.ts';

/** A connection's parts, as far as they tell why it came to nothing. */
export interface FailedConnection {
  readonly master: Master;
  readonly agent: AgentClient;
  readonly clock: Clock;
  readonly target: SshTarget;
}

/** ssh's own end follows the end of the agent's stdout at once, unless a forwarded connection is open. */
const SSH_END_LIMIT_MS = 1000;
const MAX_NOISE_CHARACTERS = 2000;

/**
 * Why the agent's stream has ended: ssh's failure where ssh has ended too, else what the stream alone
 * tells; with what the login printed where the login may be at fault.
 */
export const reasonOfEnd = async (
  error: PortholeError,
  { master, agent, clock }: FailedConnection,
): Promise<PortholeError> => {
  if (error.code === 'protocol-error') return withNoise(error, agent);
  if (error.code !== 'connection-closed') return error;
  if ((await settlesWithin(master.exited, SSH_END_LIMIT_MS, clock)) === 'late') return error;
  const end = await master.exited;
  if (end.kind === 'closed') return error;
  return end.error.code === 'login-shell' ? withNoise(end.error, agent) : end.error;
};

/**
 * Why nobody said hello in time: a login that was accepted got stuck in something else than porthole's
 * command; before that it is the network.
 */
export const reasonOfSilence = async (
  thrown: unknown,
  { master, agent, target }: FailedConnection,
): Promise<unknown> => {
  // What is printed on stdout is printed by a login.
  const isLoggedIn = agent.noise() !== '' || (await master.isLoggedIn());
  if (!isFailure(thrown, 'connection-timeout') || !isLoggedIn) return thrown;
  return notOurCommand({ agent, target }, thrown);
};

/** A login that asks something itself: waiting longer brings nothing. */
export const loginQuestion = ({ agent, target }: FailedConnection): PortholeError =>
  notOurCommand({ agent, target }, undefined);

const notOurCommand = (
  { agent, target }: Pick<FailedConnection, 'agent' | 'target'>,
  cause: unknown,
): PortholeError => {
  const error = new PortholeError({
    code: 'login-shell',
    message: `${target.host} accepted the login, but its shell did not come to run porthole's command.`,
    hint:
      `This should print ok and end: ssh ${destinationWords(target)} "exec sh -c 'echo ok'". If it does not, something in the ` +
      'rc files there takes the place of the shell; if it is only slow, give it more time with --timeout SECONDS.',
    ...(cause === undefined ? {} : { cause }),
  });
  return withNoise(error, agent);
};

const withNoise = (error: PortholeError, agent: AgentClient): PortholeError => {
  const noise = tailOf(agent.noise(), MAX_NOISE_CHARACTERS);
  const output = [error.output ?? '', noise].filter((text) => text !== '').join('\n');
  return output === '' ? error : amendError(error, { output });
};
