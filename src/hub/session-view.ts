import type { OpenRequest } from '../session/open-request.ts';
import type { Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';
import { describeState, type StateHolder } from '../session/state-holder.ts';
import type { SessionView } from './messages.ts';

/** What the hub knows of a session, also while it opens. */
export interface SessionEntry {
  readonly name: string;
  readonly request: OpenRequest;
  readonly state: StateHolder;
  readonly startedAtMs: number;
  /** Ends the opening. */
  readonly opening: AbortController;
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
    way: now.kind === 'ready' ? now.way : null,
    reason: needsSaying(now) ? describeState(now) : null,
    latencyMs: session?.latencyMs() ?? null,
    startedAt: new Date(startedAtMs).toISOString(),
  };
};

const needsSaying = (state: SessionState): boolean =>
  state.kind === 'reconnecting' || (state.kind === 'ready' && state.note !== undefined);
