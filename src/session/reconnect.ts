import { exitCodeOf, type PortholeError, toPortholeError } from '../core/errors.ts';
import { targetKey } from '../ssh/target.ts';
import { adoptRefused } from './adopt-plan.ts';
import type { Interaction } from './interaction.ts';
import { type Joined, joinAgain, type Masters, type Way, withOutput } from './join-again.ts';
import { viewerEnded } from './launch-failures.ts';
import { reapLeftovers } from './reap-leftovers.ts';
import type { RestartLog } from './restarts.ts';
import type { RetryRequests } from './retry-requests.ts';
import type { SessionInput } from './session.ts';
import type { SessionEvent } from './state.ts';
import { waitForTurn } from './wait-for-turn.ts';
import type { Loss } from './watch-link.ts';

export interface ReconnectInput extends SessionInput {
  readonly loss: Loss;
  readonly restarts: RestartLog;
  readonly retries: RetryRequests;
  readonly signal: AbortSignal;
}

/**
 * Brings a session back that has lost its link, its tunnel or its viewer: the same viewer process at the
 * same local address, or, where that has ended, a new one by the same plan. Tries for ever and never
 * asks anybody; where a login needs a person it waits for one.
 *
 * @throws the signal's reason when the session is stopped; PortholeError where the viewer ends too often, or
 * is not ours to start again
 */
export const reconnect = async (input: ReconnectInput): Promise<void> => {
  const { state, signal, context, record, loss } = input;
  const { logger } = context;
  if (loss.kind === 'adopted-ended') throw adoptRefused(loss.plan, loss.reason);
  state.apply(eventOf(loss));
  if (loss.kind === 'viewer-ended') {
    const crash = viewerEnded(loss.viewer, loss.plan);
    logger.warn(withOutput(`${record.name}: ${crash.message}`, crash));
    input.restarts.take(crash, context.clock.monotonicMs());
  }
  let hold = await letGo(input, loss.kind === 'link-lost' ? 'connection' : 'tunnel');
  if (hold === 'nothing' && (await needsTouch(input))) state.apply(touchNeeded(input));
  const { owner } = input.end.share.connection;
  let asked: Interaction | undefined;
  for (let attempt = 0; ; attempt++) {
    const way: Way =
      asked !== undefined
        ? { kind: 'asked', interaction: asked }
        : hold === 'connection' && attempt === 0
          ? { kind: 'kept' }
          : await turnFor(input, attempt, hold);
    asked = undefined;
    state.apply({ kind: 'attempt' });
    // Where the user's own master was lost it comes first, and by turns: its link may be gone for good.
    const masters = owner === 'porthole' ? 'any' : attempt % 2 === 0 ? 'perhaps-dead' : 'own';
    const outcome = await attemptOnce(input, way, masters);
    if (outcome.kind === 'joined') {
      const { joined } = outcome;
      state.apply({
        kind: 'answered',
        way: joined.way,
        ...(joined.kind === 'new-viewer' ? { note: joined.note } : {}),
      });
      void reapLeftovers(input.end.share.connection, logger);
      return;
    }
    signal.throwIfAborted();
    if (outcome.kind === 'hurried') {
      hold = await letGo(input, 'connection');
      asked = outcome.interaction;
      continue;
    }
    const { error } = outcome;
    // It is not the one that was found, and no other is put in its place.
    if (error.code === 'adopt-refused') throw error;
    logger.info(`${record.name}: cannot reconnect: ${error.message}`);
    if (isViewersFault(error)) input.restarts.take(error, context.clock.monotonicMs());
    hold = await letGo(input, isServersWord(error) ? 'tunnel' : 'connection');
    const { code, message: reason } = error;
    if (needsPerson(error)) state.apply({ kind: 'person-needed', reason, code });
    else if (hold === 'nothing' && (await needsTouch(input))) state.apply(touchNeeded(input));
    else state.apply({ kind: 'attempt-failed', reason, code });
  }
};

type Outcome =
  | { readonly kind: 'joined'; readonly joined: Joined }
  | { readonly kind: 'failed'; readonly error: PortholeError }
  /** Somebody asked to retry while nobody answered yet. */
  | { readonly kind: 'hurried'; readonly interaction: Interaction };

/** An attempt; one that hangs before the login is done gives way to "retry now". */
const attemptOnce = async (input: ReconnectInput, way: Way, masters: Masters): Promise<Outcome> => {
  const { retries, end } = input;
  const hurry = new AbortController();
  const over = new AbortController();
  const dialled = way.kind === 'due' || way.kind === 'asked';
  let interaction: Interaction | undefined;
  const listen = async () => {
    while (dialled) {
      interaction = await retries.next(over.signal);
      if (end.share.connection.agent.phase() !== 'open') hurry.abort(new Error('retried'));
    }
  };
  listen().catch(() => undefined);
  const signal = AbortSignal.any([input.signal, hurry.signal]);
  try {
    return { kind: 'joined', joined: await joinAgain({ ...input, signal }, way, masters) };
  } catch (thrown) {
    if (hurry.signal.aborted && interaction !== undefined) return { kind: 'hurried', interaction };
    return { kind: 'failed', error: toPortholeError(thrown) };
  } finally {
    over.abort();
  }
};

/** With the connection still there, waiting is for the viewer's sake alone. */
const turnFor = async (
  input: ReconnectInput,
  attempt: number,
  hold: 'connection' | 'nothing',
): Promise<Way> => {
  const turn = await waitForTurn(input, attempt);
  if (hold === 'nothing') return turn;
  if (turn.kind === 'joined') await turn.share.release();
  return { kind: 'kept' };
};

/** Lets go of what is lost; resolves with what is still held. */
const letGo = async (
  { end }: ReconnectInput,
  what: 'connection' | 'tunnel',
): Promise<'connection' | 'nothing'> => {
  const { link } = end;
  end.link = undefined;
  // Side by side: a master that hangs answers no request to cancel.
  await Promise.all([link?.close(), what === 'connection' ? end.share.release() : undefined]);
  return what === 'connection' ? 'nothing' : 'connection';
};

const eventOf = (loss: Exclude<Loss, { kind: 'adopted-ended' }>): SessionEvent => {
  switch (loss.kind) {
    case 'link-lost':
      return { kind: 'link-lost', reason: loss.error.message, code: loss.error.code };
    case 'forward-lost':
      return { kind: 'link-lost', reason: `The tunnel to the viewer is broken: ${loss.problem}.` };
    case 'viewer-ended':
      return { kind: 'link-lost', reason: viewerEnded(loss.viewer, loss.plan).message };
    default:
      return loss satisfies never;
  }
};

const needsTouch = async ({ request, context }: ReconnectInput): Promise<boolean> =>
  (await context.store.host(targetKey(request.target)))?.asksForTouch === true;

const touchNeeded = ({ request, record }: ReconnectInput): SessionEvent => ({
  kind: 'person-needed',
  reason: `The login on ${request.target.host} asks for a touch or a confirmation; when you are there: porthole retry ${record.name}`,
  code: 'auth-needs-terminal',
});

/** Authentication and host keys (exit codes 4 and 5): nothing that another attempt would change. */
const needsPerson = ({ code }: PortholeError): boolean => [4, 5].includes(exitCodeOf(code));

/** What the server itself answered (exit codes 6 and 7): the connection is as good as before. */
const isServersWord = ({ code }: PortholeError): boolean => [6, 7].includes(exitCodeOf(code));

const isViewersFault = ({ code }: PortholeError): boolean => code.startsWith('viewer-');
