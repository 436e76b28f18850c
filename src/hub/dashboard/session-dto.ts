import type { PortholeError } from '../../core/errors.ts';
import { isHere } from '../../remote/here.ts';
import type { SessionState as State } from '../../session/state.ts';
import type { ResolvedHost } from '../../ssh/resolve-host.ts';
import type { SshTarget } from '../../ssh/target.ts';
import type { Session, SessionState } from '../api/schema/session.ts';
import type { Route } from '../api/schema/target.ts';
import type { SessionEntry } from '../session-view.ts';
import { toFailure } from './to-failure.ts';

/** A session as the API tells it: without any token. */
export const sessionOf = (entry: SessionEntry): Session => {
  const { name, request, session, origin, readyAtMs, end } = entry;
  const { target } = request;
  const record = session?.record;
  const plan = record?.plan;
  return {
    session: name,
    host: target.host,
    place: isHere(target) ? 'here' : 'server',
    route: routeOf(end?.share.connection.route),
    state: stateOf(entry, target),
    viewer:
      plan === undefined
        ? null
        : { id: plan.viewer.id, title: plan.viewer.title, version: plan.viewerVersion },
    environment: environmentOf(plan?.environment),
    storage: plan?.storage ?? request.storage,
    access: request.access,
    localPort: record?.localPort ?? null,
    address: record === undefined ? null : `http://localhost:${record.localPort}/`,
    startedAt: iso(entry.startedAtMs),
    readyAt: readyAtMs === undefined ? null : iso(readyAtMs),
    latencyMs: session?.latencyMs() ?? null,
    traffic: session === undefined ? null : { ...session.traffic() },
    openedBy: origin.by,
    opening: origin.by === 'dashboard' ? origin.opening : null,
  };
};

/** The way that ssh took, without what only porthole needs of it. */
export const routeOf = (route: ResolvedHost | undefined): Route | null =>
  route === undefined
    ? null
    : {
        hostname: route.hostname,
        user: route.user,
        port: route.port,
        jumpHosts: route.proxyJump?.split(',') ?? [],
        proxyCommand: route.proxyCommand ?? null,
      };

export const iso = (wallMs: number): string => new Date(wallMs).toISOString();

type Plan = NonNullable<SessionEntry['session']>['record']['plan'];

const environmentOf = (environment: Plan['environment'] | undefined): Session['environment'] => {
  if (environment === null || environment === undefined) return null;
  const { name, kind, prefix, python } = environment;
  return { name, kind, prefix, python };
};

const stateOf = (entry: SessionEntry, target: SshTarget): SessionState => {
  const state = entry.state.current();
  const facts = { phase: null, reason: null, attempt: null, failure: null };
  const since = iso(entry.stateSinceMs);
  switch (state.kind) {
    case 'reconnecting': {
      const { kind, phase, reason, attempt } = state;
      return { ...facts, since, kind, phase, reason, attempt };
    }
    case 'failed':
      return { ...facts, since, kind: 'failed', ...failedBecause(state.error, target) };
    case 'stopped':
      // Gone from the list in the same moment.
      return { ...facts, since, kind: 'stopping', reason: state.reason };
    default:
      return { ...facts, since, kind: kindOf(state) };
  }
};

const kindOf = ({ kind }: Exclude<State, { kind: 'reconnecting' | 'failed' | 'stopped' }>) => kind;

const failedBecause = (error: PortholeError, target: SshTarget) => ({
  reason: error.message,
  failure: toFailure(error, target),
});
