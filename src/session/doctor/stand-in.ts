import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { PortholeError } from '../../core/errors.ts';
import { singleLine } from '../../core/text.ts';
import type { Connection } from '../../remote/connection.ts';
import {
  AGENT_PYTHON,
  type LaunchRequest,
  launchResultSchema,
  type ViewerState,
  viewerSocketIn,
} from '../../remote/protocol/sessions.ts';
import type { Endpoint } from '../../remote/protocol/wire.ts';
import { launchPython } from '../../viewers/python-launcher.ts';
import { renewLease } from '../renew-lease.ts';
import { newSessionId } from '../session-id.ts';
import { STOP_TIMEOUT_MS, stopViewer } from '../stop-viewer.ts';
import program from './stand-in.py?raw';

/** Both ways by which a viewer may serve. */
export interface Endpoints {
  readonly socket: Endpoint;
  readonly tcp: Endpoint;
}

/** A program on the server that answers as a viewer does, in a session of its own. */
export interface StandIn {
  readonly endpoints: Endpoints;
  /** Its directory on the server. */
  readonly directory: string;
  /** What it answers, followed by ` socket` or ` tcp`. */
  readonly word: string;
  /** From the start of its process to its first healthy answer, on the server. */
  readonly startMs: number;
  /** Ends it; resolves when nothing of it is left. Once. */
  stop(): Promise<void>;
}

export interface StartStandInInput {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** It outlives a lost doctor by this. */
const GRACE_S = 20;
const START_LIMIT_S = 20;

/**
 * Starts the stand-in by the same way as a viewer: private directory, watchdog, health request.
 *
 * @throws AgentError, PortholeError `viewer-exited`, `viewer-timeout`
 */
export const startStandIn = async (input: StartStandInInput): Promise<StandIn> => {
  const { connection, clock, signal } = input;
  const { agent } = connection;
  const id = newSessionId();
  const word = randomBytes(8).toString('hex');
  const ready = readiness(input, id);
  const lease = new AbortController();
  let stopping: Promise<void> | undefined;
  const stop = () => {
    lease.abort();
    stopping ??= stopViewer({ agent, id, clock, timeoutMs: STOP_TIMEOUT_MS });
    return stopping;
  };
  const request: LaunchRequest = {
    session: id,
    spec: {
      ...launchPython({
        ...{ session: id, python: AGENT_PYTHON, flags: ['-I', '-S', '-B'], code: program },
        config: { socket: '{socket}', word },
      }),
      ...{ env: {}, endpoint: 'reported', healthPath: '/', startTimeoutS: START_LIMIT_S },
    },
    storage: null,
    takes: 'directory',
    graceS: GRACE_S,
  };
  try {
    const { directory } = await agent.request('launch', { ...request }, launchResultSchema, {
      signal,
    });
    void renewLease({ connection, graceS: GRACE_S, clock, signal: lease.signal });
    const { endpoint, startMs } = await ready.promise;
    const socket: Endpoint = { kind: 'socket', path: viewerSocketIn(directory) };
    return { endpoints: { socket, tcp: endpoint }, directory, word, startMs, stop };
  } catch (error) {
    await stop().catch(() => undefined); // it may never have come to a session
    throw error;
  } finally {
    ready.cancel();
  }
};

type Ready = Extract<ViewerState, { state: 'ready' }>;

const readiness = ({ connection, signal }: StartStandInInput, id: string) => {
  let cancel = () => {};
  const promise = new Promise<Ready>((resolve, reject) => {
    const stopListening = connection.agent.onViewer(id, (viewer) => {
      if (viewer.state === 'ready') resolve(viewer);
      else if (viewer.state !== 'starting') reject(neverReady(viewer));
    });
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void connection.closed.then(reject);
    cancel = () => {
      stopListening();
      signal.removeEventListener('abort', abort);
    };
  });
  promise.catch(() => undefined); // when the launch itself fails, nobody waits for the event
  return { promise, cancel };
};

const neverReady = (viewer: Extract<ViewerState, { state: 'exited' | 'timeout' }>) => {
  const last = singleLine(viewer.logTail.trimEnd().split('\n').at(-1) ?? '');
  const words = last === '' ? '' : `: ${last.replace(/\.$/, '')}`;
  if (viewer.state === 'timeout') {
    return new PortholeError({
      code: 'viewer-timeout',
      message: `A small program was started there, but did not answer within ${START_LIMIT_S} s${words}.`,
      hint: 'The server is overloaded, or holds new processes back: look at its load (uptime, top).',
    });
  }
  const how = viewer.signal === null ? `exit status ${viewer.exitCode}` : `signal ${viewer.signal}`;
  return new PortholeError({
    code: 'viewer-exited',
    message: `A small program that was started there ended before it answered (${how})${words}.`,
    hint: 'Look for limits on the processes and the memory of this account (ulimit -a), and for a job system that ends processes of logins.',
  });
};
