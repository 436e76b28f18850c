import type { Clock } from '../core/clock.ts';
import type { Connection, OpenConnectionOptions } from '../remote/connection.ts';
import { connectionKey, type SshTarget } from '../ssh/target.ts';
import { createLinkMonitor, type LinkMonitor } from './link-monitor.ts';

/** A share in a connection; the connection closes when the last share is released. */
export interface ConnectionShare {
  readonly connection: Connection;
  /** Watches the link for all who share it. */
  readonly monitor: LinkMonitor;
  /** `fresh`: made for this share, so the agent is on its way; `shared`: it was there before. */
  readonly origin: 'fresh' | 'shared';
  release(): Promise<void>;
}

/** One connection per server, shared by all sessions on it. */
export interface ConnectionPool {
  /** A share in the living connection to this server, or in a new one. */
  acquire(
    target: SshTarget,
    options: Omit<OpenConnectionOptions, 'target'>,
    /** `anew` waits for no login that is on its way: somebody is there who can help this one. */
    join?: 'any' | 'anew',
  ): Promise<ConnectionShare>;
  /** A share in the connection to this server where one stands; dials nobody. */
  living(target: SshTarget): Promise<ConnectionShare | undefined>;
  /** Resolves when a connection to this server stands that did not when this was called. */
  connected(target: SshTarget, signal: AbortSignal): Promise<void>;
  closeAll(): Promise<void>;
}

interface Entry {
  readonly opening: Promise<{ readonly connection: Connection; readonly monitor: LinkMonitor }>;
  shares: number;
  phase: 'dialling' | 'standing';
}

/** A pool that opens its connections by `open`. */
export const createConnectionPool = (
  open: (options: OpenConnectionOptions) => Promise<Connection>,
  clock: Clock,
): ConnectionPool => {
  const entries = new Map<string, Entry>();
  const waiting = new Set<{ readonly key: string; readonly tell: () => void }>();

  const forget = (key: string, entry: Entry) => {
    if (entries.get(key) === entry) entries.delete(key);
  };

  const create = (key: string, options: OpenConnectionOptions): Entry => {
    const opening = open(options).then((connection) => ({
      connection,
      monitor: createLinkMonitor(connection, clock),
    }));
    const entry: Entry = { opening, shares: 0, phase: 'dialling' };
    entries.set(key, entry);
    const stand = async () => {
      const { connection } = await opening;
      await connection.agent.hello;
      entry.phase = 'standing';
      for (const one of [...waiting]) if (one.key === key) one.tell();
    };
    // That it comes to nothing is for those to say who wait for it.
    stand().catch(() => undefined);
    // A lost connection is nobody's to share any more; its holders learn of it too.
    opening
      .then(({ monitor }) => monitor.lost)
      .catch(() => undefined)
      .finally(() => forget(key, entry));
    return entry;
  };

  const shareIn = async (
    key: string,
    entry: Entry,
    origin: ConnectionShare['origin'],
  ): Promise<ConnectionShare> => {
    entry.shares++;
    const { connection, monitor } = await entry.opening;
    let state: 'held' | 'released' = 'held';
    return {
      connection,
      monitor,
      origin,
      release: async () => {
        if (state === 'released') return;
        state = 'released';
        if (--entry.shares > 0) return;
        forget(key, entry);
        await connection.close();
      },
    };
  };

  return {
    acquire: (target, options, join = 'any') => {
      const key = connectionKey(target);
      const found = entries.get(key);
      const living = join === 'anew' && found?.phase === 'dialling' ? undefined : found;
      const entry = living ?? create(key, { ...options, target });
      return shareIn(key, entry, living === undefined ? 'fresh' : 'shared');
    },
    living: async (target) => {
      const key = connectionKey(target);
      const entry = entries.get(key);
      return entry?.phase === 'standing' ? shareIn(key, entry, 'shared') : undefined;
    },
    connected: (target, signal) =>
      new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(one);
          signal.removeEventListener('abort', abort);
        };
        const abort = () => {
          leave();
          reject(signal.reason);
        };
        const one = {
          key: connectionKey(target),
          tell: () => {
            leave();
            resolve();
          },
        };
        if (signal.aborted) return abort();
        signal.addEventListener('abort', abort, { once: true });
        waiting.add(one);
      }),
    closeAll: async () => {
      const all = [...entries.values()];
      entries.clear();
      await Promise.allSettled(all.map(async ({ opening }) => (await opening).connection.close()));
    },
  };
};
