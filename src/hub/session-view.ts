import type { LiveEnd } from '../session/live-end.ts';
import type { OpenRequest } from '../session/open-request.ts';
import type { Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';
import { describeState, type StateHolder } from '../session/state-holder.ts';
import type { SessionView } from './messages.ts';

/** Who asked for a session: a terminal, or a run of the dashboard's wizard. */
export type SessionOrigin =
  | { readonly by: 'terminal' }
  | { readonly by: 'dashboard'; readonly opening: string };

/** What the hub knows of a session, also while it opens. */
export interface SessionEntry {
  readonly name: string;
  readonly request: OpenRequest;
  readonly state: StateHolder;
  readonly origin: SessionOrigin;
  readonly startedAtMs: number;
  /** Since when its state has been of this kind. */
  stateSinceMs: number;
  /** When it became ready for the first time. */
  readyAtMs: number | undefined;
  /** Ends the opening. */
  readonly opening: AbortController;
  /** Its end on the server; undefined until the login stands. */
  end: LiveEnd | undefined;
  /** undefined while it opens. */
  session: Session | undefined;
  /** Settles when nothing of it is left. */
  gone: Promise<unknown>;
}

/** A session as clients see it. */
export const viewOf = ({
  name,
  request,
  state,
  session,
  startedAtMs,
}: SessionEntry): SessionView => {
  const now = state.current();
  const record = session?.record;
  return {
    session: name,
    host: request.target.host,
    viewer: record?.plan.viewer.id ?? null,
    viewerVersion: record?.plan.viewerVersion ?? null,
    env: record?.plan.environment?.name ?? null,
    python: record?.plan.environment?.python ?? null,
    storage: record?.plan.storage ?? request.storage,
    localPort: record?.localPort ?? null,
    url: record?.url ?? null,
    state: now.kind,
    adopted: record?.plan.kind === 'adopt' ? record.plan.running.process.pid : null,
    way: now.kind === 'ready' ? now.way : null,
    reason: needsSaying(now) ? describeState(now) : null,
    latencyMs: session?.latencyMs() ?? null,
    startedAt: new Date(startedAtMs).toISOString(),
  };
};

const needsSaying = (state: SessionState): boolean =>
  state.kind === 'reconnecting' || (state.kind === 'ready' && state.note !== undefined);
