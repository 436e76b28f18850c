import type { Clock } from '../core/clock.ts';
import { isFailure, type PortholeError } from '../core/errors.ts';
import { AgentError } from '../remote/agent-failures.ts';
import type { Connection } from '../remote/connection.ts';
import {
  AGENT_PYTHON,
  type LaunchRequest,
  type LaunchResult,
  launchResultSchema,
  logResultSchema,
  type ViewerState,
} from '../remote/protocol/sessions.ts';
import type { Endpoint } from '../remote/protocol/wire.ts';
import { launchRefused, viewerEnded } from './launch-failures.ts';
import type { LaunchPlan } from './plan.ts';
import { STOP_TIMEOUT_MS, stopViewer } from './stop-viewer.ts';

/** A viewer that answers its health request on the server. */
export interface LaunchedViewer {
  readonly launched: LaunchResult;
  readonly endpoint: Endpoint;
  /** From the start of its process to the first healthy answer. */
  readonly startMs: number;
  /** Its version as it says itself; null where it does not. */
  readonly version: string | null;
  /** All addresses at which it takes TCP connections, where it serves a port. */
  readonly listensAt: readonly string[];
}

export interface LaunchViewerInput {
  readonly connection: Connection;
  readonly plan: LaunchPlan;
  /** Id of the session on the server. */
  readonly id: string;
  /** For a viewer with a token. */
  readonly secret: string;
  readonly graceS: number;
  /** How long the viewer may take until it answers; `signal` may end the wait before. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called when a watchdog owns the viewer, which then starts. */
  readonly onLaunched?: (launched: LaunchResult) => void;
}

/** The watchdog is to be the one who says that it took too long: it knows what the viewer did meanwhile. */
const startTimeoutOf = (timeoutMs: number): number =>
  timeoutMs - Math.min(timeoutMs / 4, MAX_LEAD_MS);
const MAX_LEAD_MS = 5000;

/**
 * Launches a viewer and waits for the event that says it answers. When it does not come to that, what
 * was started is ended again first.
 *
 * @throws PortholeError `storage-missing`, `storage-unreadable`, `runtime-directory`, `viewer-exited`,
 * `viewer-timeout`
 */
export const launchViewer = async (input: LaunchViewerInput): Promise<LaunchedViewer> => {
  const { connection, plan, id, secret, graceS, timeoutMs, clock, signal } = input;
  const { agent } = connection;
  const { environment, storage, access } = plan;
  // The event may come in the same packet as the result: listen first.
  const ready = waitForViewer(input);
  const request: LaunchRequest = {
    session: id,
    spec: {
      ...plan.viewer.launch({
        session: id,
        python: environment?.python ?? AGENT_PYTHON,
        environment,
        storage,
        access,
        secret,
      }),
      startTimeoutS: startTimeoutOf(timeoutMs) / 1000,
    },
    storage,
    takes: plan.viewer.takes,
    graceS,
  };
  let launched: LaunchResult | undefined;
  try {
    launched = await agent.request('launch', { ...request }, launchResultSchema, { signal });
    input.onLaunched?.(launched);
    const viewer = await ready.promise;
    const { endpoint, startMs, version, listensAt } = viewer;
    return { launched, endpoint, startMs, version, listensAt };
  } catch (thrown) {
    const isLate = launched !== undefined && isFailure(thrown, 'connection-timeout');
    const error = isLate ? await neverAnswered(input, thrown) : thrown;
    const stopped = stopViewer({ agent, id, clock, timeoutMs: STOP_TIMEOUT_MS }).catch(
      () => undefined,
    );
    // While the login goes on nobody answers; the request waits there with the launch.
    if (agent.phase() === 'open') await stopped;
    throw error instanceof AgentError ? launchRefused(error, plan) : error;
  } finally {
    ready.cancel();
  }
};

/** The server ends the viewer by itself; what it printed is worth this much more time. */
const LOG_TIMEOUT_MS = 2000;
const LOG_LINES = 20;

/** The time for opening is over while the viewer starts: its log tells more than the clock does. */
const neverAnswered = async (
  { connection, plan, id, clock }: LaunchViewerInput,
  timeout: PortholeError,
): Promise<PortholeError> => {
  const limit = clock.timeout(LOG_TIMEOUT_MS, () => timeout);
  try {
    const params = { session: id, lines: LOG_LINES, follow: false };
    const options = { signal: limit.signal };
    const { text } = await connection.agent.request('log', params, logResultSchema, options);
    return viewerEnded({ state: 'timeout', logTail: text, listensAt: [] }, plan);
  } catch {
    return timeout; // the link is what does not answer
  } finally {
    limit.cancel();
  }
};

type ReadyViewer = Extract<ViewerState, { state: 'ready' }>;

const waitForViewer = ({ connection, plan, id, signal }: LaunchViewerInput) => {
  let cancel = () => {};
  const promise = new Promise<ReadyViewer>((resolve, reject) => {
    const stopListening = connection.agent.onViewer(id, (viewer) => {
      if (viewer.state === 'ready') resolve(viewer);
      else if (viewer.state !== 'starting') reject(viewerEnded(viewer, plan));
    });
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void connection.closed.then(reject);
    cancel = () => {
      stopListening();
      signal.removeEventListener('abort', abort);
    };
  });
  // When the request itself fails, nobody waits for the event.
  promise.catch(() => undefined);
  return { promise, cancel };
};
