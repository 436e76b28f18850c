import type { Session } from '../api/schema/session.ts';
import type { Change } from '../api/schema/state.ts';
import type { Hub } from '../hub.ts';
import { sessionOf } from './session-dto.ts';
import { notFound } from './to-failure.ts';

/** The sessions of the hub as pages see them: those that have failed stay until they are dismissed. */
export interface SessionList {
  list(): readonly Session[];
  /** @throws ApiError `not-found` for one that has not failed */
  dismiss(name: string): void;
}

const MAX_FAILED = 20;

export const followSessions = (hub: Hub, publish: (change: Change) => void): SessionList => {
  const failed = new Map<string, Session>();

  hub.onChange(({ kind, entry }) => {
    switch (kind) {
      case 'added':
        // Its name is taken again.
        failed.delete(entry.name);
        return publish({ kind: 'session', session: sessionOf(entry) });
      case 'changed':
        return publish({ kind: 'session', session: sessionOf(entry) });
      case 'measured': {
        const { session, latencyMs, traffic } = sessionOf(entry);
        return publish({ kind: 'measures', session, latencyMs, traffic });
      }
      case 'removed': {
        const last = sessionOf(entry);
        // What fails while it opens is told to whoever opens it.
        if (last.state.kind !== 'failed' || last.readyAt === null) {
          return publish({ kind: 'session-gone', session: entry.name });
        }
        keep(last);
        return publish({ kind: 'session', session: last });
      }
      default:
        return kind satisfies never;
    }
  });

  const keep = (session: Session) => {
    failed.set(session.session, session);
    for (const name of [...failed.keys()].slice(0, -MAX_FAILED)) drop(name);
  };

  const drop = (name: string) => {
    failed.delete(name);
    publish({ kind: 'session-gone', session: name });
  };

  return {
    list: () => [...hub.entries().map(sessionOf), ...failed.values()],
    dismiss: (name) => {
      if (!failed.has(name)) throw notFound('There is no session of this name that has failed.');
      drop(name);
    },
  };
};
