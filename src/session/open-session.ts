import type { Clock } from '../core/clock.ts';
import { PortholeError, toPortholeError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { counted } from '../core/text.ts';
import type { Connection, ConnectionContext } from '../remote/connection.ts';
import { targetKey } from '../ssh/target.ts';
import { checkAdoptWishes, nameOfRunning } from './adopt-plan.ts';
import { choosePlan } from './choose-plan.ts';
import { viewerAsked } from './choose-viewer.ts';
import type { ConnectionPool } from './connections.ts';
import { asLaunched, describePlan, describeRecall } from './describe-launch.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Interaction } from './interaction.ts';
import type { LaunchedViewer } from './launch-viewer.ts';
import { joinViewer, type LiveEnd, placeOf } from './live-end.ts';
import type { OpenRequest } from './open-request.ts';
import { beginOpening, type Opening, type Start } from './opening.ts';
import type { AdoptPlan, LaunchPlan, Plan } from './plan.ts';
import { reapLeftovers } from './reap-leftovers.ts';
import { isOutdated, outdatedNote, planFromMemory, probeHost } from './remembered-plan.ts';
import { createSession, type Session } from './session.ts';
import { overWay, type StateHolder } from './state-holder.ts';
import { choiceOf, portKeyOf, type RememberedHost, type Store } from './store.ts';
import { asksForTouch } from './touch.ts';
import { rememberNotice } from './viewer-notice.ts';

/** What sessions need of the process that they live in. */
export interface SessionContext {
  readonly connections: ConnectionPool;
  /** For a login beside those of the pool: the doctor's. */
  readonly connecting: ConnectionContext;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Private directory for the local ends of tunnels. */
  readonly runtimeDirectory: string;
  /** Reads the user's descriptions of viewers anew; what is wrong with any of them, in sentences. */
  readonly takeInOwnViewers: () => Promise<readonly string[]>;
  /** Directory with the web files of the bundled viewer. */
  readonly viewerPages: string;
}

export interface OpenSessionInput {
  /** What the session will be called. */
  readonly name: string;
  readonly request: OpenRequest;
  readonly context: SessionContext;
  readonly interaction: Interaction;
  readonly state: StateHolder;
  readonly signal: AbortSignal;
  /** Told of its end on the server, as soon as the login stands. */
  readonly onConnected?: (end: LiveEnd) => void;
}

/**
 * Opens a viewer that runs on a server: connect, probe, choose, launch, forward, check end to end.
 * The main flow of porthole. When a step fails, what was made is undone, last first.
 *
 * @throws PortholeError the first failure, by name
 */
export const openSession = async (input: OpenSessionInput): Promise<Session> => {
  const { name, request, context, state } = input;
  const { store, logger, clock } = context;
  const { target } = request;
  const { host } = target;
  const startedAtMs = clock.wallMs();
  const opening = beginOpening(input);
  const { steps, signal, cleanup, interaction } = opening;
  try {
    for (const text of await context.takeInOwnViewers()) interaction.report({ type: 'note', text });

    // What makes no sense is said before anything is dialled.
    checkAdoptWishes(request);
    viewerAsked(request);

    // Connect. A choice that is remembered travels with the agent, and launches without a probe.
    const known = await store.host(targetKey(target));
    const recalled = planFromMemory(request, known?.choice);
    const end = await opening.connect(known?.agentPython);
    const start =
      recalled &&
      opening.launch(recalled, { gateway: await opening.bindGateway(recalled, end), end, known });
    const { connection, origin } = end.share;
    const hello = await steps.run(
      'connect',
      () => opening.established(end),
      () => `${host}${origin === 'shared' ? ', already connected' : overWhose(connection)}`,
    );
    input.onConnected?.(end);

    // Launch what is remembered, where it still holds; else probe, choose, launch.
    const recall = start && (await launchRecalled(input, opening, start));
    const launched =
      recall?.kind === 'launched'
        ? recall
        : await probeAndLaunch(input, opening, { end, known, outdated: recall });
    const { plan, gateway, viewer, early } = launched;

    // Forward, and believe nothing but an answer from end to end.
    const { port, url } = gateway;
    const way = {
      ...{ end, endpoint: viewer.endpoint, gateway, plan, host, context, signal, early },
      askAhead: plan.viewer.firstRequests,
    };
    state.apply({ kind: 'forward' });
    const link = await steps.run(
      'forward',
      () => joinViewer(way),
      (joined) => `http://localhost:${port}${overWay(joined.way)}`,
    );
    state.apply({ kind: 'answered', way: link.way });
    void reapLeftovers(connection, logger);

    // Remember, and hand over to the session, which keeps it alive from here on.
    const remembering = store.rememberHost(targetKey(target), {
      agentPython: hello.executable,
      ...placeOf(end),
      // What runs by itself today may not run tomorrow.
      ...(plan.kind === 'launch' ? { choice: choiceOf(plan) } : {}),
      localPorts: { [portKeyOf(plan)]: port },
      ...(asksForTouch(connection) ? { asksForTouch: true } : {}),
    });
    cleanup.add('remember the choice', () => remembering);
    const record = { name, target, plan, localPort: port, url, startedAtMs };
    return createSession({ record, request, context, state, gateway, end, cleanup });
  } catch (thrown) {
    const error = toPortholeError(thrown);
    await opening.fail(error);
    throw error;
  } finally {
    opening.finish();
  }
};

/** Nothing of a connection of porthole's own. */
const overWhose = ({ owner }: Connection): string =>
  owner === 'user' ? ', over the ssh connection that you have open' : '';

/** A viewer that answers on the server, launched or adopted, and its front here. */
interface Launched {
  readonly kind: 'launched';
  readonly plan: Plan;
  readonly gateway: Gateway;
  readonly viewer: Pick<LaunchedViewer, 'endpoint'>;
  readonly early: Start['early'];
}

/** A remembered plan that no longer holds, and the gateway that was made for it. */
interface Outdated {
  readonly kind: 'outdated';
  readonly plan: LaunchPlan;
  readonly gateway: Gateway;
  readonly error: PortholeError;
}

const launchRecalled = async (
  { request, state }: OpenSessionInput,
  { steps, interaction }: Opening,
  start: Start,
): Promise<Launched | Outdated> => {
  const { plan, gateway } = start;
  state.apply({ kind: 'launch' });
  const outcome = await steps.run(
    'launch',
    () => orOutdated(start.viewer, request),
    describeRecall(plan),
  );
  if (!(outcome instanceof PortholeError)) return launchedOf(start, outcome);
  await start.early?.close();
  interaction.report({ type: 'note', text: outdatedNote({ plan, error: outcome }) });
  return { kind: 'outdated', plan, gateway, error: outcome };
};

const probeAndLaunch = async (
  { request, context, state }: OpenSessionInput,
  opening: Opening,
  so: { end: LiveEnd; known: RememberedHost | undefined; outdated: Outdated | undefined },
): Promise<Launched> => {
  const { store } = context;
  const { steps, interaction, signal } = opening;
  const { end, outdated } = so;
  const remembered = so.known?.choice;
  const key = targetKey(request.target);
  state.apply({ kind: 'probe' });
  const probe = await steps.run(
    'probe',
    () => probeHost(end.share.connection, request, { remembered, signal }),
    ({ environments }) => counted(environments.length, 'environment'),
  );
  state.apply({ kind: 'choose' });
  const noticesSaid = so.known?.writeNoticesSaid ?? [];
  const plan = await choosePlan({
    ...{ request, probe, remembered, outdated, noticesSaid, interaction, signal },
  });
  if (plan.kind === 'adopt') {
    await outdated?.gateway.close();
    return adopt(plan, { opening, state, end });
  }
  await rememberNotice(plan, { key, store });
  const isSameView = outdated !== undefined && portKeyOf(outdated.plan) === portKeyOf(plan);
  // Another view has its own address.
  if (!isSameView) await outdated?.gateway.close();
  const gateway = isSameView ? outdated.gateway : await opening.bindGateway(plan, end);
  state.apply({ kind: 'launch' });
  const start = opening.launch(plan, { gateway, end, known: so.known });
  const viewer = await steps.run('launch', () => start.viewer, describePlan(plan));
  await store.rememberHost(key, { environments: probe.environments.map((one) => one.name) });
  return launchedOf(start, viewer);
};

/** In the place of a launch. */
const adopt = async (
  plan: AdoptPlan,
  { opening, state, end }: Pick<OpenSessionInput, 'state'> & { opening: Opening; end: LiveEnd },
): Promise<Launched> => {
  state.apply({ kind: 'launch' });
  await opening.steps.run(
    'launch',
    () => opening.adopt(plan, end),
    () => `${nameOfRunning(plan.running)}, running already`,
  );
  const gateway = await opening.bindGateway(plan, end);
  const { endpoint } = plan.running;
  return { kind: 'launched', plan, gateway, viewer: { endpoint }, early: undefined };
};

const launchedOf = ({ plan, gateway, early }: Start, viewer: LaunchedViewer): Launched => ({
  kind: 'launched',
  plan: asLaunched(plan, viewer),
  gateway,
  viewer,
  early,
});

/** The failure, where a remembered choice no longer holds: then the probe decides anew. */
const orOutdated = async (
  launching: Promise<LaunchedViewer>,
  request: OpenRequest,
): Promise<LaunchedViewer | PortholeError> => {
  try {
    return await launching;
  } catch (error) {
    if (isOutdated(error, request)) return error;
    throw error;
  }
};
