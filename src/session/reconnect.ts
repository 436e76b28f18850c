import { exitCodeOf, type PortholeError, toPortholeError } from '../core/errors.ts';
import { AgentError } from '../remote/agent-failures.ts';
import type { Connection } from '../remote/connection.ts';
import { attachResultSchema, type Endpoint } from '../remote/protocol.ts';
import { refusingPrompter } from '../ssh/askpass/prompt.ts';
import { targetKey } from '../ssh/target.ts';
import type { Interaction } from './interaction.ts';
import { launchViewer } from './launch-viewer.ts';
import type { Link } from './link.ts';
import { joinViewer } from './live-end.ts';
import { reapLeftovers } from './reap-leftovers.ts';
import { renewLease } from './renew-lease.ts';
import type { RetryRequests } from './retry-requests.ts';
import type { SessionInput } from './session.ts';
import { newSessionId } from './session-id.ts';
import { STOP_TIMEOUT_MS, stopViewer } from './stop-viewer.ts';

export interface ReconnectInput extends SessionInput {
  readonly retries: RetryRequests;
  readonly signal: AbortSignal;
}

/** Waits before the attempts, in milliseconds; the last one for ever after. */
const BACK_OFF_MS = [0, 1000, 2000, 5000, 5000, 10_000, 10_000, 15_000, 30_000] as const;
const LAST_BACK_OFF_MS = 30_000;

/** Time for one attempt, from dialling to the viewer's answer. */
const ATTEMPT_TIMEOUT_MS = 60_000;

/**
 * Brings a session back whose link is lost: the same viewer process at the same local address, or,
 * where that has ended meanwhile, a new one by the same plan. Tries for ever and never asks anybody;
 * where a login needs a person it waits for one.
 *
 * @throws the signal's reason when the session is stopped
 */
export const reconnect = async (input: ReconnectInput): Promise<void> => {
  const { state, signal, context } = input;
  await dropLink(input);
  for (let attempt = 0; ; attempt++) {
    const interaction = await waitForTurn(input, attempt);
    state.apply({ kind: 'attempt' });
    try {
      const { way } = await joinAgain(input, interaction);
      state.apply({ kind: 'answered', way });
      void reapLeftovers(input.end.share.connection, context.logger);
      return;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toPortholeError(thrown);
      context.logger.info(`${input.record.name}: cannot reconnect: ${error.message}`);
      await dropLink(input);
      const kind = needsPerson(error) ? 'person-needed' : 'attempt-failed';
      state.apply({ kind, reason: error.message });
    }
  }
};

/** Resolves when it is time for the next attempt; with an interaction where somebody asked for it. */
const waitForTurn = async (
  { state, retries, context, signal }: ReconnectInput,
  attempt: number,
): Promise<Interaction | undefined> => {
  const now = state.current();
  const asked = new AbortController();
  const either = AbortSignal.any([signal, asked.signal]);
  const request = retries.next(either);
  try {
    if (now.kind === 'reconnecting' && now.phase === 'needs-authentication') return await request;
    const pause = context.clock.sleep(BACK_OFF_MS[attempt] ?? LAST_BACK_OFF_MS, { signal: either });
    return (await Promise.race([request, pause])) ?? undefined;
  } finally {
    // The one that lost the race ends too; its rejection is nobody's business.
    request.catch(() => undefined);
    asked.abort();
  }
};

const joinAgain = async (
  input: ReconnectInput,
  interaction: Interaction | undefined,
): Promise<Link> => {
  const { request, record, context, gateway, end } = input;
  const { clock, connections, store } = context;
  const joining = new AbortController();
  const limit = clock.timeout(ATTEMPT_TIMEOUT_MS, () => new Error('the attempt took too long'));
  const signal = AbortSignal.any([input.signal, limit.signal]);
  try {
    end.share = await connections.acquire(request.target, {
      sshEnvironment: request.sshEnvironment,
      prompter: interaction?.prompter ?? refusingPrompter,
      prompting: interaction === undefined ? 'batch' : 'interactive',
      knownPython: (await store.host(targetKey(request.target)))?.agentPython,
    });
    const { connection } = end.share;
    await connection.established(signal);
    const { graceS } = request;
    void renewLease({ connection, graceS, clock, signal: joining.signal });
    const endpoint = await attachOrLaunch(input, connection, signal);
    const { plan } = record;
    return await joinViewer({
      end,
      endpoint,
      gateway,
      plan,
      host: request.target.host,
      context,
      signal,
    });
  } finally {
    joining.abort();
    limit.cancel();
  }
};

const attachOrLaunch = async (
  { end, record, request, context }: ReconnectInput,
  connection: Connection,
  signal: AbortSignal,
): Promise<Endpoint> => {
  const params = { session: end.id };
  try {
    const { viewer } = await connection.agent.request('attach', params, attachResultSchema, {
      signal,
    });
    if (viewer.state === 'ready') return viewer.endpoint;
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
  }
  const { clock } = context;
  const { agent } = connection;
  // Its lease has run out, or the server was started again: another one by the same plan. Where it
  // has only just ended, its watchdog keeps its log until told to go.
  await stopViewer({ agent, id: end.id, clock, timeoutMs: STOP_TIMEOUT_MS }).catch(() => undefined);
  signal.throwIfAborted();
  context.logger.info(`${record.name}: the viewer has ended meanwhile; starting it again.`);
  end.id = newSessionId();
  const { plan } = record;
  const { graceS, timeoutMs } = request;
  const launching = launchViewer({
    ...{ connection, plan, graceS, timeoutMs, clock, signal },
    id: end.id,
    secret: end.secret,
  });
  return (await launching).endpoint;
};

const dropLink = async ({ end }: ReconnectInput): Promise<void> => {
  await end.link?.close();
  end.link = undefined;
  await end.share.release();
};

/** Authentication and host keys (exit codes 4 and 5): nothing that another attempt would change. */
const needsPerson = ({ code }: PortholeError): boolean => [4, 5].includes(exitCodeOf(code));
