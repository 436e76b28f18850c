import { createDeadline, type Deadline } from '../core/deadline.ts';
import { isFailure, PortholeError } from '../core/errors.ts';
import { untilAborted } from '../core/until-aborted.ts';
import { AgentError } from '../remote/agent-failures.ts';
import type { Connection } from '../remote/connection.ts';
import { type AttachResult, attachResultSchema } from '../remote/protocol/sessions.ts';
import { type Endpoint, pingResultSchema } from '../remote/protocol/wire.ts';
import type { TunnelWay } from '../remote/tunnels.ts';
import { refusingPrompter } from '../ssh/askpass/prompt.ts';
import { targetKey } from '../ssh/target.ts';
import { adoptViewer } from './adopt-viewer.ts';
import type { ConnectionShare } from './connections.ts';
import { viewerEnded } from './launch-failures.ts';
import { launchViewer } from './launch-viewer.ts';
import type { Link } from './link.ts';
import { joinViewer } from './live-end.ts';
import { outsideDeadline } from './outside-deadline.ts';
import type { AdoptPlan, LaunchPlan } from './plan.ts';
import type { ReconnectInput } from './reconnect.ts';
import { restartNote } from './restart-note.ts';
import { newSessionId } from './session-id.ts';
import { STOP_TIMEOUT_MS, stopViewer } from './stop-viewer.ts';
import { asksForTouch } from './touch.ts';
import type { Turn } from './wait-for-turn.ts';

/** Time to reach the server, and again to reach the viewer; it stands still while a person is asked. */
const REACH_LIMIT_MS = 60_000;

/** One that the user has open says that it runs also on a link that is gone: it is not hoped for as long. */
const BORROWED_LIMIT_MS = 10_000;

/**
 * Which masters may be used: any; any, though the one that was lost was the user's, and may still be there
 * without its link; only one of our own.
 */
export type Masters = 'any' | 'perhaps-dead' | 'own';

/** How the viewer was found again. */
export type Joined =
  /** The same process, at the same address. */
  | { readonly kind: 'same-viewer'; readonly way: TunnelWay }
  /** Another one by the same plan; the note tells why. */
  | { readonly kind: 'new-viewer'; readonly way: TunnelWay; readonly note: string };

/** A share that is to be used as it is, or the turn on which one is to be had. */
export type Way = { readonly kind: 'kept' } | Turn;

/**
 * One attempt to come back: to the server, where the connection is gone, and to the viewer there, or to
 * a new one by the same plan. Whatever it got hold of is in `end`, also when it fails.
 *
 * @throws PortholeError as login, launch and tunnel fail; the crash where a viewer may not be started again
 */
export const joinAgain = async (
  input: ReconnectInput,
  way: Way,
  masters: Masters,
): Promise<Joined> => {
  const { request, context, gateway, end } = input;
  const { plan } = input.record;
  const { clock, store } = context;
  const over = new AbortController();
  const limitMs = masters === 'perhaps-dead' ? BORROWED_LIMIT_MS : REACH_LIMIT_MS;
  const deadline = createDeadline(clock, limitMs, tookTooLong);
  const reaching = AbortSignal.any([input.signal, deadline.signal]);
  let leave = () => {};
  try {
    const share = await shareFor(input, way, { deadline, masters });
    if (input.signal.aborted) {
      // Whoever stops the session has let go of the share that it had before this one.
      await share.release();
      throw input.signal.reason;
    }
    end.share = share;
    const { connection, monitor } = share;
    // Travels with the agent, where the host is known: a round trip less.
    const attaching = plan.kind === 'launch' ? attach(input, connection, input.signal) : undefined;
    attaching?.catch(() => undefined);
    await connection.established(reaching).finally(async () => {
      if (asksForTouch(connection)) {
        await store.rememberHost(targetKey(request.target), { asksForTouch: true });
      }
    });
    const { graceS } = request;
    leave = monitor.attend({ graceS, traffic: () => gateway.traffic, onLatency: () => undefined });
    void monitor.lost.then((error) => over.abort(error));
    const signal = AbortSignal.any([input.signal, over.signal]);
    if (plan.kind === 'adopt') return await joinAdopted(input, plan, { connection, signal });
    return await findViewer(input, plan, { connection, attaching, signal });
  } finally {
    leave();
    over.abort();
    deadline.cancel();
  }
};

const shareFor = async (
  { request, context, end }: ReconnectInput,
  way: Way,
  { deadline, masters }: { readonly deadline: Deadline; readonly masters: Masters },
): Promise<ConnectionShare> => {
  if (way.kind === 'kept') return end.share;
  if (way.kind === 'joined') return way.share;
  const interaction = way.kind === 'asked' ? outsideDeadline(way.interaction, deadline) : undefined;
  const { connections, store } = context;
  return connections.acquire(
    request.target,
    {
      sshEnvironment: request.sshEnvironment,
      prompter: interaction?.prompter ?? refusingPrompter,
      prompting: interaction === undefined ? 'batch' : 'interactive',
      knownPython: (await store.host(targetKey(request.target)))?.agentPython,
      masters: masters === 'own' ? 'own' : 'any',
    },
    interaction === undefined ? 'any' : 'anew',
  );
};

/** The same process, or none: what was not ours to start is not started again. */
const joinAdopted = async (
  input: ReconnectInput,
  plan: AdoptPlan,
  { connection, signal }: { readonly connection: Connection; readonly signal: AbortSignal },
): Promise<Joined> => {
  await adoptViewer({ connection, plan, signal });
  const { way } = await join(input, plan.running.endpoint, signal);
  return { kind: 'same-viewer', way };
};

const findViewer = async (
  input: ReconnectInput,
  plan: LaunchPlan,
  {
    connection,
    attaching,
    signal,
  }: {
    readonly connection: Connection;
    readonly attaching: Promise<AttachResult | undefined> | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Joined> => {
  const { record, context, restarts } = input;
  const { clock, logger } = context;
  const attached = attaching && (await untilAborted(attaching, signal));
  let note: string | undefined;
  if (attached?.viewer.state === 'ready') {
    try {
      const { way } = await join(input, attached.viewer.endpoint, signal);
      return { kind: 'same-viewer', way };
    } catch (error) {
      // Where the server still answers it is the viewer's own end of the tunnel that is gone.
      if (!isFailure(error, 'forward-refused')) throw error;
      await connection.agent.request('ping', {}, pingResultSchema, { signal });
      restarts.take(error, clock.monotonicMs());
      note = 'the viewer could not be reached any more and was started again';
    }
  } else if (attached?.viewer.state === 'exited') {
    const crash = viewerEnded(attached.viewer, plan);
    // The watch has told of it already, where it saw it.
    if (input.loss.kind !== 'viewer-ended') {
      logger.warn(withOutput(`${record.name}: ${crash.message}`, crash));
      restarts.take(crash, clock.monotonicMs());
    }
    note = `${crash.message.replace(/\.$/, '')}; it was started again`;
  }
  return launchAnew(input, plan, { connection, note, signal });
};

/** The session on the server; undefined where its watchdog is gone. */
const attach = async (
  { end }: ReconnectInput,
  { agent }: Connection,
  signal: AbortSignal,
): Promise<AttachResult | undefined> => {
  try {
    const attached = await agent.request('attach', { session: end.id }, attachResultSchema, {
      signal,
    });
    const { launched } = end;
    const isOurs =
      launched === undefined ||
      (launched.watchdog.pid === attached.watchdog.pid &&
        launched.watchdog.startTime === attached.watchdog.startTime &&
        launched.watchdog.bootId === attached.watchdog.bootId);
    return isOurs ? attached : undefined;
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return undefined;
  }
};

const launchAnew = async (
  input: ReconnectInput,
  plan: LaunchPlan,
  {
    connection,
    note,
    signal,
  }: {
    readonly connection: Connection;
    readonly note: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Joined> => {
  const { end, record, request, context } = input;
  const { clock, logger } = context;
  const { agent } = connection;
  // Where it has only just ended, its watchdog keeps its log until told to go.
  await stopViewer({ agent, id: end.id, clock, timeoutMs: STOP_TIMEOUT_MS }).catch(() => undefined);
  signal.throwIfAborted();
  logger.info(`${record.name}: the viewer has ended; starting it again.`);
  end.id = newSessionId();
  const before = end.launched?.hostFacts;
  end.launched = undefined;
  const { graceS, timeoutMs } = request;
  const { endpoint, launched } = await launchViewer({
    ...{ connection, plan, id: end.id, secret: end.secret, graceS, timeoutMs, clock, signal },
  });
  end.launched = launched;
  const { way } = await join(input, endpoint, signal);
  return { kind: 'new-viewer', way, note: note ?? restartNote(before, launched.hostFacts) };
};

const join = async (
  { end, gateway, record, request, context }: ReconnectInput,
  endpoint: Endpoint,
  over: AbortSignal,
): Promise<Link> => {
  const limit = context.clock.timeout(REACH_LIMIT_MS, tookTooLong);
  const signal = AbortSignal.any([over, limit.signal]);
  const { host } = request.target;
  try {
    return await joinViewer({ end, endpoint, gateway, plan: record.plan, host, context, signal });
  } finally {
    limit.cancel();
  }
};

/** A failure's message with what was printed before it. */
export const withOutput = (message: string, { output }: PortholeError): string =>
  output === undefined || output === '' ? message : `${message}\n${output}`;

const tookTooLong = (): PortholeError =>
  new PortholeError({ code: 'connection-timeout', message: 'The attempt took too long.' });
