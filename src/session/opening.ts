import { type Cleanup, createCleanup } from '../core/cleanup.ts';
import { createDeadline } from '../core/deadline.ts';
import { PortholeError } from '../core/errors.ts';
import { viewerSocketIn } from '../remote/protocol/sessions.ts';
import type { Hello } from '../remote/protocol/wire.ts';
import { type AdoptedViewer, adoptViewer } from './adopt-viewer.ts';
import { type EarlyJoin, joinEarly } from './early-join.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Interaction } from './interaction.ts';
import { type LaunchedViewer, launchViewer } from './launch-viewer.ts';
import { type LiveEnd, leaveViewer, localDirectoryOf } from './live-end.ts';
import type { OpenRequest } from './open-request.ts';
import type { OpenSessionInput } from './open-session.ts';
import { outsideDeadline } from './outside-deadline.ts';
import type { AdoptPlan, LaunchPlan, Plan } from './plan.ts';
import { exposedNote, reachNote } from './reach-notes.ts';
import { renewLease } from './renew-lease.ts';
import { openSessionGateway } from './session-gateway.ts';
import { newSessionId, newViewerSecret } from './session-id.ts';
import { noteSlowStart } from './slow-start.ts';
import { isEnded } from './state.ts';
import { createSteps, type Steps } from './steps.ts';
import type { RememberedHost } from './store.ts';

/** A viewer on its way up, and the tunnel that is made meanwhile. */
export interface Start {
  readonly plan: LaunchPlan;
  readonly gateway: Gateway;
  readonly viewer: Promise<LaunchedViewer>;
  /** undefined where the viewer serves a port. */
  readonly early: EarlyJoin | undefined;
}

/** What a viewer is launched between: its front here, and its end on the server, with what is remembered of it. */
export interface StartBetween {
  readonly gateway: Gateway;
  readonly end: LiveEnd;
  readonly known: RememberedHost | undefined;
}

/** The parts that a session is opened of; each that makes something notes what undoes it. */
export interface Opening {
  /** Aborted by the user, by the deadline, and when a step has failed. */
  readonly signal: AbortSignal;
  /** Whoever asked; the deadline stands still while a person is asked. */
  readonly interaction: Interaction;
  readonly steps: Steps;
  /** Undoes, last first, all that was made; the session that comes of it ends by this, too. */
  readonly cleanup: Cleanup;
  /** Starts ssh, or shares a connection that is there. */
  connect(knownPython: string | undefined): Promise<LiveEnd>;
  /** Waits for the agent. From then on the server hears of us, however long a person thinks. */
  established(end: LiveEnd): Promise<Hello>;
  bindGateway(plan: Plan, end: LiveEnd): Promise<Gateway>;
  launch(plan: LaunchPlan, between: StartBetween): Start;
  /** Makes sure of a viewer that runs already, and takes over what it asks for. */
  adopt(plan: AdoptPlan, end: LiveEnd): Promise<AdoptedViewer>;
  /** Undoes everything. */
  fail(error: PortholeError): Promise<void>;
  /** Ends what only the opening needed. */
  finish(): void;
}

export const beginOpening = (input: OpenSessionInput): Opening => {
  const { name, request, context, state } = input;
  const { clock, logger } = context;
  const { graceS, timeoutMs } = request;
  const cleanup = createCleanup(logger);
  const deadline = createDeadline(clock, timeoutMs, () => tookTooLong(request));
  const failed = new AbortController();
  const finished = new AbortController();
  const signal = AbortSignal.any([input.signal, deadline.signal, failed.signal]);
  const interaction = outsideDeadline(input.interaction, deadline);

  return {
    signal,
    interaction,
    steps: createSteps(clock, interaction),
    cleanup,
    connect: async (knownPython) => {
      const share = await context.connections.acquire(request.target, {
        sshEnvironment: request.sshEnvironment,
        prompter: interaction.prompter,
        prompting: 'interactive',
        knownPython,
      });
      cleanup.add('close the connection', share.release);
      const own = { id: newSessionId(), secret: newViewerSecret() };
      return { ...own, share, launched: undefined, link: undefined };
    },
    established: async ({ share: { connection } }) => {
      const hello = await connection.established(signal);
      void renewLease({ connection, graceS, clock, signal: finished.signal });
      return hello;
    },
    bindGateway: async (plan, end) => {
      const gateway = await openSessionGateway({ name, plan, request, context, state, end });
      cleanup.add('close the gateway', gateway.close);
      return gateway;
    },
    launch: (plan, { gateway, end, known }) => {
      const { connection } = end.share;
      const { host } = request.target;
      // Where a port will be is told only when it is there.
      const early =
        plan.viewer.listens === 'port'
          ? undefined
          : joinEarly({
              ...{ connection, plan, gateway, signal },
              foreseen: known?.runtimeParent && viewerSocketIn(`${known.runtimeParent}/${end.id}`),
              directory: localDirectoryOf(end, context),
            });
      if (early !== undefined) cleanup.add('close the tunnel', early.close);
      const note = (text: string | undefined) => {
        if (text !== undefined) interaction.report({ type: 'note', text });
      };
      note(reachNote(plan, host));
      const viewer = launchViewer({
        ...{ connection, plan, graceS, timeoutMs, clock, signal },
        id: end.id,
        secret: end.secret,
        onLaunched: (launched) => {
          end.launched = launched;
          early?.launched(viewerSocketIn(launched.directory));
        },
      });
      const answered = new AbortController();
      const waiting = AbortSignal.any([signal, answered.signal]);
      void noteSlowStart({ plan, clock, signal: waiting, say: note });
      // A launch that fails clears up itself, and its failure may come before anybody looks at it.
      const outcome = viewer
        .finally(() => answered.abort())
        .then(
          ({ listensAt }) => {
            note(exposedNote(plan, listensAt, host));
            return 'launched';
          },
          () => 'failed',
        );
      cleanup.add('stop the viewer', async () => {
        if ((await outcome) === 'launched') await leaveViewer(end, clock);
      });
      return { plan, gateway, viewer, early };
    },
    adopt: async (plan, end) => {
      const adopted = await adoptViewer({ connection: end.share.connection, plan, signal });
      end.secret = adopted.token;
      // Of the viewer itself nothing is ended.
      cleanup.add('close the tunnel', async () => {
        await end.link?.close();
        await end.share.release();
      });
      return adopted;
    },
    fail: async (error) => {
      failed.abort(error);
      if (!isEnded(state.current())) state.apply({ kind: 'fail', error });
      await cleanup.run();
    },
    finish: () => {
      finished.abort();
      deadline.cancel();
    },
  };
};

const tookTooLong = ({ timeoutMs, target }: OpenRequest): PortholeError =>
  new PortholeError({
    code: 'connection-timeout',
    message: `${target.host} did not get as far as an open viewer within ${Math.round(timeoutMs / 1000)} s.`,
    hint: 'Give it more time with --timeout SECONDS; -v shows where it stays.',
  });
