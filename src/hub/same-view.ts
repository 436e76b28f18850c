import type { OpenRequest } from '../session/open-request.ts';
import { isSamePlan, planFromMemory } from '../session/remembered-plan.ts';
import type { Session } from '../session/session.ts';
import { choiceOf, type RememberedChoice } from '../session/store.ts';
import { targetKey } from '../ssh/target.ts';
import type { SessionEntry } from './session-view.ts';

/** A session that has been ready, and is or will be again. */
export interface OpenedSession {
  readonly request: OpenRequest;
  readonly session: Session;
}

/** The sessions, of all, that are open on the server that a request names; also those that reconnect. */
export const openedOn = (
  entries: Iterable<SessionEntry>,
  { target }: OpenRequest,
): readonly OpenedSession[] =>
  [...entries].flatMap(({ request, session, state }) =>
    session !== undefined &&
    (state.current().kind === 'ready' || state.current().kind === 'reconnecting') &&
    targetKey(request.target) === targetKey(target)
      ? [{ request, session }]
      : [],
  );

/**
 * The open session that a request would only repeat: same viewer, environment and storage, and the
 * same right to write. One that asks to pick, or for a port of its own, is a view of its own.
 */
export const sameView = (
  opened: readonly OpenedSession[],
  request: OpenRequest,
  remembered: RememberedChoice | undefined,
): Session | undefined =>
  opened.find(({ request: { auth }, session }) => {
    const { plan, localPort } = session.record;
    const isWanted =
      request.auth === auth && (request.localPort === null || request.localPort === localPort);
    // One that was adopted is shown again to whoever asks for that very one.
    if (plan.kind === 'adopt') return isWanted && request.adopt === plan.running.process.pid;
    // What is named in full needs no memory; what is left open means what was opened last.
    const needsNoEnvironment = plan.environment === null && request.viewer === plan.viewer.id;
    const isNamed =
      request.storage !== null && (request.environment !== null || needsNoEnvironment);
    const wanted = planFromMemory(request, isNamed ? choiceOf(plan) : remembered);
    return isWanted && wanted !== undefined && isSamePlan(wanted, plan);
  })?.session;
