import { createCleanup } from '../core/cleanup.ts';
import type { Clock } from '../core/clock.ts';
import { createDeadline } from '../core/deadline.ts';
import { PortholeError, toPortholeError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { counted } from '../core/text.ts';
import { viewerSocketIn } from '../remote/protocol.ts';
import { targetKey } from '../ssh/target.ts';
import { type ChoosePlanInput, choosePlan } from './choose-plan.ts';
import type { ConnectionPool } from './connections.ts';
import { type EarlyJoin, joinEarly } from './early-join.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Interaction } from './interaction.ts';
import { type LaunchedViewer, launchViewer } from './launch-viewer.ts';
import { joinViewer, type LiveEnd, leaveViewer, localDirectoryOf } from './live-end.ts';
import type { OpenRequest } from './open-request.ts';
import { outsideDeadline } from './outside-deadline.ts';
import type { Plan } from './plan.ts';
import { reapLeftovers } from './reap-leftovers.ts';
import { isOutdated, outdatedNote, planFromMemory, probeHost } from './remembered-plan.ts';
import { renewLease } from './renew-lease.ts';
import { sayWriteNotice } from './say-write-notice.ts';
import { createSession, type Session } from './session.ts';
import { openSessionGateway } from './session-gateway.ts';
import { newSessionId } from './session-id.ts';
import { isEnded } from './state.ts';
import type { StateHolder } from './state-holder.ts';
import { createSteps } from './steps.ts';
import { choiceOf, portKeyOf, type Store } from './store.ts';

/** What sessions need of the process that they live in. */
export interface SessionContext {
  readonly connections: ConnectionPool;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Private directory for the local ends of tunnels. */
  readonly runtimeDirectory: string;
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
}

/**
 * Opens a viewer that runs on a server: connect, probe, choose, launch, forward, check end to end.
 * The main flow of porthole. When a step fails, what was made is undone, last first.
 *
 * @throws PortholeError the first failure, by name
 */
export const openSession = async (input: OpenSessionInput): Promise<Session> => {
  const { name, request, context, state } = input;
  const { clock, logger, store, connections } = context;
  const { host } = request.target;
  const key = targetKey(request.target);
  const cleanup = createCleanup(logger);
  const deadline = createDeadline(clock, request.timeoutMs, () => tookTooLong(request));
  const failure = new AbortController();
  const opening = new AbortController();
  const signal = AbortSignal.any([input.signal, deadline.signal, failure.signal]);
  const interaction = outsideDeadline(input.interaction, deadline);
  const steps = createSteps(clock, interaction);
  const startedAtMs = clock.wallMs();

  try {
    // Connect. A choice that is remembered travels with the agent, and launches without a probe.
    const known = await store.host(key);
    const remembered = known?.choice;
    let plan = planFromMemory(request, remembered);
    const share = await connections.acquire(request.target, {
      sshEnvironment: request.sshEnvironment,
      prompter: interaction.prompter,
      prompting: 'interactive',
      knownPython: known?.agentPython,
    });
    cleanup.add('close the connection', share.release);
    const { connection } = share;
    const end: LiveEnd = { id: newSessionId(), share, link: undefined };
    let early: EarlyJoin | undefined;
    const launch = (chosen: Plan, front: Gateway) => {
      const { graceS, timeoutMs } = request;
      const launching = launchViewer({
        ...{ connection, plan: chosen, id: end.id },
        ...{ graceS, timeoutMs, clock, signal },
        onLaunched: ({ directory: remote }) => {
          const directory = localDirectoryOf(end, context);
          const socket = viewerSocketIn(remote);
          early = joinEarly({
            connection,
            plan: chosen,
            gateway: front,
            socket,
            directory,
            signal,
          });
          cleanup.add('close the tunnel', early.close);
        },
      });
      // A launch that fails clears up itself. Its failure may come before anybody looks at it.
      const outcome = launching.then(
        () => 'launched',
        () => 'failed',
      );
      cleanup.add('stop the viewer', async () => {
        if ((await outcome) === 'launched') await leaveViewer(end, clock);
      });
      return launching;
    };
    const bindGateway = async (chosen: Plan) => {
      const bound = await openSessionGateway({ name, plan: chosen, request, context, state, end });
      cleanup.add('close the gateway', bound.close);
      return bound;
    };
    let gateway = plan && (await bindGateway(plan));
    const launchingKnown = plan && gateway && launch(plan, gateway);
    const hello = await steps.run(
      'connect',
      () => connection.established(signal),
      () => (share.origin === 'shared' ? `${host}, already connected` : host),
    );

    // A person may think, and a viewer may start, for longer than the server waits to hear of us.
    const { graceS } = request;
    void renewLease({ connection, graceS, clock, signal: opening.signal });

    // Launch what is remembered, where it still holds; else probe, choose, launch.
    let viewer: LaunchedViewer | undefined;
    let outdated: ChoosePlanInput['outdated'];
    if (plan !== undefined && launchingKnown !== undefined) {
      state.apply({ kind: 'launch' });
      const outcome = await steps.run(
        'launch',
        () => orOutdated(launchingKnown, request),
        describeRecall(plan),
      );
      if (outcome instanceof PortholeError) outdated = { plan, error: outcome };
      else {
        viewer = outcome;
        plan = asLaunched(plan, viewer);
      }
    }
    if (plan === undefined || gateway === undefined || viewer === undefined) {
      await early?.close();
      if (outdated) interaction.report({ type: 'note', text: outdatedNote(outdated) });
      state.apply({ kind: 'probe' });
      const probe = await steps.run(
        'probe',
        () => probeHost(connection, request, { remembered, signal }),
        ({ environments }) => counted(environments.length, 'environment'),
      );
      state.apply({ kind: 'choose' });
      const onChosen = (chosen: Plan) => sayWriteNotice({ plan: chosen, key, store, interaction });
      plan = await choosePlan({
        ...{ request, probe, remembered, outdated, onChosen, interaction, signal },
      });
      if (outdated && portKeyOf(outdated.plan) !== portKeyOf(plan)) {
        // Another view has its own address.
        await gateway?.close();
        gateway = undefined;
      }
      gateway ??= await bindGateway(plan);
      state.apply({ kind: 'launch' });
      const launching = launch(plan, gateway);
      viewer = await steps.run('launch', () => launching, describePlan(plan));
      await store.rememberHost(key, { environments: probe.environments.map((one) => one.name) });
    }

    // Forward, and believe nothing but an answer from end to end.
    const { port, url } = gateway;
    const way = { end, endpoint: viewer.endpoint, gateway, plan, host, context, signal, early };
    state.apply({ kind: 'forward' });
    await steps.run(
      'forward',
      () => joinViewer(way),
      () => `http://localhost:${port}`,
    );
    state.apply({ kind: 'answered' });
    void reapLeftovers(connection, logger);

    // Remember, and hand over to the session, which keeps it alive from here on.
    const remembering = store.rememberHost(key, {
      agentPython: hello.executable,
      choice: choiceOf(plan),
      localPorts: { [portKeyOf(plan)]: port },
    });
    cleanup.add('remember the choice', () => remembering);
    const record = { name, target: request.target, plan, localPort: port, url, startedAtMs };
    return createSession({ record, request, context, state, gateway, end, cleanup });
  } catch (thrown) {
    const error = toPortholeError(thrown);
    failure.abort(error);
    if (!isEnded(state.current())) state.apply({ kind: 'fail', error });
    await cleanup.run();
    throw error;
  } finally {
    opening.abort();
    deadline.cancel();
  }
};

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

const describePlan =
  ({ viewer, viewerVersion, environment }: Plan) =>
  (): string =>
    `${viewer.title} ${viewerVersion}${environment === null ? '' : ` in ${environment.name}`}`;

const describeRecall =
  (plan: Plan) =>
  (outcome: LaunchedViewer | PortholeError): string =>
    outcome instanceof PortholeError
      ? 'the remembered choice no longer holds'
      : `${describePlan(asLaunched(plan, outcome))()}, as last time`;

/** The plan with the version that the viewer says it has: it may have been upgraded since the last time. */
const asLaunched = (plan: Plan, { version }: LaunchedViewer): Plan =>
  version === null || version === plan.viewerVersion ? plan : { ...plan, viewerVersion: version };

const tookTooLong = ({ timeoutMs, target }: OpenRequest): PortholeError =>
  new PortholeError({
    code: 'connection-timeout',
    message: `${target.host} did not get as far as an open viewer within ${Math.round(timeoutMs / 1000)} s.`,
    hint: 'Give it more time with --timeout SECONDS; -v shows where it stays.',
  });
