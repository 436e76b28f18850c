import { access, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { PortholeError } from '../core/errors.ts';
import { ensurePrivateDirectory } from '../core/private-directory.ts';
import type { SessionContext } from '../session/open-session.ts';
import { findHub, type HubClient } from './client.ts';
import { type CallContext, type ControlServer, startControlServer } from './control-server.ts';
import { createHub, type Hub } from './hub.ts';
import { type HubLock, takeHubLock } from './lock.ts';
import type { Call } from './messages.ts';
import { interactionOver } from './remote-interaction.ts';
import { sweepRuntime } from './sweep-runtime.ts';

/** Either this process is the hub of its user, or it is a client of the one that runs. */
export type HubRole =
  | { readonly kind: 'hub'; readonly hub: ServedHub }
  | { readonly kind: 'client'; readonly client: HubClient };

/** A hub that answers on its control socket. */
export interface ServedHub extends Hub {
  /** Resolves when a client asked the hub to end. */
  readonly shutdownAsked: Promise<void>;
}

export interface HubPlace {
  readonly runtimeDirectory: string;
  readonly uid: number;
  readonly pid: number;
  readonly version: string;
  readonly clock: Clock;
}

/** Path of the control socket. */
export const controlSocketOf = (runtimeDirectory: string): string =>
  join(runtimeDirectory, 'hub.sock');

/** A hub that has the lock but does not answer yet is starting; more than this it never takes. */
const HUB_START_LIMIT_MS = 5000;
const HUB_START_POLL_MS = 25;

/**
 * Becomes the hub, or finds the one that runs. What a killed hub left here is removed.
 *
 * @throws PortholeError `hub-version`, `hub-unreachable`, `runtime-directory`
 */
export const becomeHubOrClient = async (
  place: HubPlace,
  createContext: () => Promise<SessionContext>,
): Promise<HubRole> => {
  const { runtimeDirectory, uid, pid, version, clock } = place;
  const socketPath = controlSocketOf(runtimeDirectory);
  const startedMs = clock.monotonicMs();
  for (;;) {
    await ensurePrivateDirectory(runtimeDirectory, uid);
    const client = await findHub(socketPath, version);
    if (client !== undefined) return { kind: 'client', client };
    const outcome = await takeHubLock(runtimeDirectory, pid).catch(unlessGone);
    // One that has just ended has taken the directory with it.
    if (outcome === undefined) continue;
    if (outcome.kind === 'taken') {
      return { kind: 'hub', hub: await serveHub(place, outcome.lock, await createContext()) };
    }
    if (clock.monotonicMs() - startedMs > HUB_START_LIMIT_MS) throw silentHub(outcome.pid);
    await clock.sleep(HUB_START_POLL_MS);
  }
};

/**
 * The running hub, if there is one; else what a killed hub left here is removed.
 *
 * @throws PortholeError `hub-version`, `hub-unreachable`, `runtime-directory`
 */
export const findHubOrClearUp = async (
  place: Omit<HubPlace, 'clock'>,
): Promise<HubClient | undefined> => {
  const { runtimeDirectory, uid, pid, version } = place;
  if (!(await isThere(runtimeDirectory))) return undefined;
  // Whoever can lay a socket there could play the hub.
  await ensurePrivateDirectory(runtimeDirectory, uid);
  const client = await findHub(controlSocketOf(runtimeDirectory), version);
  if (client !== undefined) return client;
  const outcome = await takeHubLock(runtimeDirectory, pid).catch(unlessGone);
  // Held: one that is just starting, and removes what there is itself.
  if (outcome?.kind !== 'taken') return undefined;
  await sweepRuntime(runtimeDirectory);
  await rm(controlSocketOf(runtimeDirectory), { force: true });
  await outcome.lock.release();
  await rmdir(runtimeDirectory).catch(() => undefined);
  return undefined;
};

const serveHub = async (
  { runtimeDirectory, version, pid }: HubPlace,
  lock: HubLock,
  context: SessionContext,
): Promise<ServedHub> => {
  await sweepRuntime(runtimeDirectory);
  const hub = createHub(context);
  let server: ControlServer | undefined;
  let askShutdown = () => {};
  const shutdownAsked = new Promise<void>((resolve) => {
    askShutdown = resolve;
  });
  server = await startControlServer({
    socketPath: controlSocketOf(runtimeDirectory),
    version,
    pid,
    handle: (call, callContext) => carryOut(hub, call, callContext, askShutdown),
  });
  return {
    ...hub,
    shutdownAsked,
    close: async (reason) => {
      await hub.close(reason);
      await server.close();
      await lock.release();
      // Not where another process has something in it by now.
      await rmdir(runtimeDirectory).catch(() => undefined);
    },
  };
};

const carryOut = async (
  hub: Hub,
  call: Call,
  context: CallContext,
  askShutdown: () => void,
): Promise<unknown> => {
  switch (call.call) {
    case 'open': {
      const interaction = interactionOver(context, call.asks);
      const session = await hub.open(call.params, interaction, context.signal);
      return hub.list().find(({ session: name }) => name === session.record.name);
    }
    case 'envs':
      return hub.probe(call.params, interactionOver(context, call.asks), context.signal);
    case 'ls':
      return hub.list();
    case 'stop':
      return hub.stop(call.params, 'stopped by porthole stop');
    case 'logs':
      return followLog(hub, call.params, context);
    case 'url':
      return hub.find(call.params.name).record.url;
    case 'ticket':
      return hub.find(call.params.name).ticketUrl();
    case 'retry':
      return hub.retry(call.params.name, interactionOver(context, 'nobody'), context.signal);
    case 'shutdown':
      askShutdown();
      return null;
    default:
      return call satisfies never;
  }
};

const followLog = async (
  hub: Hub,
  { name, lines, follow }: Extract<Call, { call: 'logs' }>['params'],
  { event, signal }: CallContext,
): Promise<null> => {
  const session = hub.find(name);
  if (follow === 'once') {
    event({ text: await session.log(lines) });
    return null;
  }
  // Text that comes in between belongs behind the tail: it is held back until that is out.
  let held: string[] | undefined = [];
  const onText = (text: string) => {
    if (held === undefined) event({ text });
    else held.push(text);
  };
  event({ text: await session.log(lines, { onText, signal }) });
  for (const text of held) event({ text });
  held = undefined;
  await Promise.race([
    session.ended,
    new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  ]);
  return null;
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** undefined for ENOENT. */
const unlessGone = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

const silentHub = (pid: number): PortholeError =>
  new PortholeError({
    code: 'hub-unreachable',
    message: `Another porthole (process ${pid}) holds the lock of this user but does not answer.`,
    hint: `If it hangs, end it by: kill ${pid}`,
  });
