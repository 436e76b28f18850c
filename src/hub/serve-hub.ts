import { access, rm, rmdir } from 'node:fs/promises';
import type { Clock } from '../core/clock.ts';
import { createDeferred } from '../core/deferred.ts';
import { PortholeError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { ensurePrivateDirectory } from '../core/private-directory.ts';
import type { SessionContext } from '../session/open-session.ts';
import { takeBackForwards } from '../ssh/lent-forwards.ts';
import { carryOut } from './calls.ts';
import { findHub, type HubClient, HubSilent } from './client.ts';
import { startControlServer } from './control-server.ts';
import { controlSocketIn } from './control-socket.ts';
import type { Machine } from './dashboard/machine.ts';
import { createDashboardHolder, type DashboardHolder } from './dashboard-holder.ts';
import { createHub, type Hub } from './hub.ts';
import { type HubLock, hubLockHolder, takeHubLock } from './lock.ts';
import type { LogRelay } from './log-relay.ts';
import type { HubPlacement } from './messages.ts';
import { type EndMaster, sweepRuntime } from './sweep-runtime.ts';

/** Either this process is the hub of its user, or it is a client of the one that runs. */
export type HubRole =
  | { readonly kind: 'hub'; readonly hub: ServedHub }
  | { readonly kind: 'client'; readonly client: HubClient };

/** A hub that answers on its control socket. */
export interface ServedHub extends Hub {
  /** Resolves when a client asked the hub to end. */
  readonly shutdownAsked: Promise<void>;
  /** Resolves when somebody has removed the hub's directory: then no client finds it any more. */
  readonly evicted: Promise<void>;
  readonly dashboard: DashboardHolder;
  readonly logger: Logger;
}

export interface HubPlace {
  readonly runtimeDirectory: string;
  readonly uid: number;
  readonly pid: number;
  readonly version: string;
  readonly placement: HubPlacement;
  readonly clock: Clock;
  /** Ends the ssh of a hub that was killed. */
  readonly endMaster: EndMaster;
}

/** What a hub is made of. */
export interface HubParts {
  readonly context: SessionContext;
  /** What the hub logs, for clients. */
  readonly log: LogRelay;
  /** Of the machine, what the hub's place does not tell. */
  readonly machine: Omit<Machine, 'version' | 'pid' | 'uid' | 'placement'>;
  /** Lets go of what the parts hold: the last step of the hub's end. */
  close(): void;
}

/**
 * A hub that has the lock but does not answer is starting, or ends: it may have to stop viewers over a
 * slow link first (`STOP_TIMEOUT_MS`), on a machine that is out of breath. More than this it never takes.
 */
const HUB_WAIT_LIMIT_MS = 30_000;
const HUB_WAIT_POLL_MS = 25;
/** systemd removes /run/user/UID with the last login, and old files in /tmp. */
const DIRECTORY_CHECK_MS = 10_000;

/**
 * Becomes the hub, or finds the one that runs. What a killed hub left here is removed.
 *
 * @throws PortholeError `hub-version`, `hub-unreachable`, `runtime-directory`
 */
export const becomeHubOrClient = async (
  place: HubPlace,
  createParts: () => Promise<HubParts>,
): Promise<HubRole> => {
  const { runtimeDirectory, uid, pid, clock } = place;
  const startedMs = clock.monotonicMs();
  for (;;) {
    await ensurePrivateDirectory(runtimeDirectory, uid);
    const client = await findAnswering(place);
    if (client !== undefined) return { kind: 'client', client };
    const outcome = await takeHubLock(runtimeDirectory, pid).catch(unlessGone);
    // One that has just ended has taken the directory with it.
    if (outcome === undefined) continue;
    if (outcome.kind === 'taken') {
      return { kind: 'hub', hub: await serveHub(place, outcome.lock, createParts) };
    }
    if (clock.monotonicMs() - startedMs > HUB_WAIT_LIMIT_MS) throw silentHub(outcome.pid);
    await clock.sleep(HUB_WAIT_POLL_MS);
  }
};

/**
 * The running hub, if there is one; else what a killed hub left here is removed.
 *
 * @throws PortholeError `hub-version`, `hub-unreachable`, `runtime-directory`
 */
export const findHubOrClearUp = async (
  place: Omit<HubPlace, 'placement'>,
): Promise<HubClient | undefined> => {
  const { runtimeDirectory, uid, pid, endMaster } = place;
  if (!(await isThere(runtimeDirectory))) return undefined;
  // Whoever can lay a socket there could play the hub.
  await ensurePrivateDirectory(runtimeDirectory, uid);
  const client = await findAnswering(place);
  if (client !== undefined) return client;
  const outcome = await takeHubLock(runtimeDirectory, pid).catch(unlessGone);
  // Held: one that is just starting, and removes what there is itself.
  if (outcome?.kind !== 'taken') return undefined;
  await sweepRuntime(runtimeDirectory, endMaster);
  await rm(controlSocketIn(runtimeDirectory), { force: true });
  await outcome.lock.release();
  await rmdir(runtimeDirectory).catch(() => undefined);
  return undefined;
};

/** The hub that listens there, unless it keeps silent: then the failure names its process. */
const findAnswering = async ({
  runtimeDirectory,
  version,
  clock,
}: Pick<HubPlace, 'runtimeDirectory' | 'version' | 'clock'>): Promise<HubClient | undefined> => {
  try {
    const socketPath = controlSocketIn(runtimeDirectory);
    return await findHub({ socketPath, version, clock });
  } catch (error) {
    const pid = error instanceof HubSilent ? await hubLockHolder(runtimeDirectory) : undefined;
    throw pid === undefined ? error : silentHub(pid);
  }
};

const serveHub = async (
  { runtimeDirectory, version, pid, uid, placement, clock, endMaster }: HubPlace,
  lock: HubLock,
  createParts: () => Promise<HubParts>,
): Promise<ServedHub> => {
  const letGo = async () => {
    await lock.release();
    // Not where another process has something in it by now.
    await rmdir(runtimeDirectory).catch(() => undefined);
  };
  await sweepRuntime(runtimeDirectory, endMaster);
  const parts = await createParts().catch(async (error: unknown) => {
    await letGo();
    throw error;
  });
  const { context, log } = parts;
  // Before this hub lends any of its own; nobody waits for masters that may hang.
  const { done: takenBack } = await takeBackForwards({ ...context.connecting, runtimeDirectory });
  const hub = createHub(context);
  let askShutdown = () => {};
  const shutdownAsked = new Promise<void>((resolve) => {
    askShutdown = resolve;
  });
  const machine: Machine = { ...parts.machine, version, pid, uid, placement };
  const dashboard = createDashboardHolder({ hub, context, machine, quit: askShutdown });
  const evicted = createDeferred<void>();
  let directory: 'ours' | 'lost' = 'ours';
  const stopWatching = clock.every(DIRECTORY_CHECK_MS, async () => {
    if (await lock.isHeld()) return;
    directory = 'lost';
    evicted.resolve();
  });
  const server = await startControlServer({
    clock,
    socketPath: controlSocketIn(runtimeDirectory),
    hello: () => ({ version, pid, placement, dashboard: dashboard.port() }),
    handle: (call, callContext) =>
      carryOut({ hub, log, dashboard, askShutdown }, call, callContext),
  });
  context.logger.debug(`porthole ${version} is the hub (${placement}).`);
  return {
    ...hub,
    shutdownAsked,
    evicted: evicted.promise,
    dashboard,
    logger: context.logger,
    close: async (reason) => {
      // First, so that whoever comes now waits for the lock instead of calling a hub that ends.
      server.stopListening(directory === 'ours' ? 'remove' : 'leave');
      stopWatching();
      dashboard.announceEnd(reason);
      await hub.close(reason);
      await dashboard.close();
      await takenBack;
      await server.close();
      context.logger.debug(`The hub has ended: ${reason}.`);
      parts.close();
      await letGo();
    },
  };
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
    hint: `If it hangs, end it by: kill -9 ${pid} (what it has open on servers then ends after its grace time)`,
  });
