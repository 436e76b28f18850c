import type { Connection, OpenConnectionOptions } from '../remote/connection.ts';
import { connectionKey, type SshTarget } from '../ssh/target.ts';

/** A share in a connection; the connection closes when the last share is released. */
export interface ConnectionShare {
  readonly connection: Connection;
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
  ): Promise<ConnectionShare>;
  closeAll(): Promise<void>;
}

interface Entry {
  readonly opening: Promise<Connection>;
  shares: number;
}

/** A pool that opens its connections by `open`. */
export const createConnectionPool = (
  open: (options: OpenConnectionOptions) => Promise<Connection>,
): ConnectionPool => {
  const entries = new Map<string, Entry>();

  const forget = (key: string, entry: Entry) => {
    if (entries.get(key) === entry) entries.delete(key);
  };

  const create = (key: string, options: OpenConnectionOptions): Entry => {
    const entry: Entry = { opening: open(options), shares: 0 };
    entries.set(key, entry);
    // A lost connection is nobody's to share any more; its holders learn of it by `closed` too.
    entry.opening
      .then((connection) => connection.closed)
      .catch(() => undefined)
      .finally(() => forget(key, entry));
    return entry;
  };

  return {
    acquire: async (target, options) => {
      const key = connectionKey(target);
      const living = entries.get(key);
      const entry = living ?? create(key, { ...options, target });
      entry.shares++;
      const connection = await entry.opening;
      let state: 'held' | 'released' = 'held';
      return {
        connection,
        origin: living === undefined ? 'fresh' : 'shared',
        release: async () => {
          if (state === 'released') return;
          state = 'released';
          if (--entry.shares > 0) return;
          forget(key, entry);
          await connection.close();
        },
      };
    },
    closeAll: async () => {
      const all = [...entries.values()];
      entries.clear();
      await Promise.allSettled(all.map(async ({ opening }) => (await opening).close()));
    },
  };
};
