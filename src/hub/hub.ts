import { PortholeError } from '../core/errors.ts';
import type { ProbeResult } from '../remote/protocol/probe.ts';
import type { Interaction } from '../session/interaction.ts';
import type { OpenRequest } from '../session/open-request.ts';
import { openSession, type SessionContext } from '../session/open-session.ts';
import { type ProbeWish, probeOnce } from '../session/probe-once.ts';
import { type Reaping, reapOnce } from '../session/reap-leftovers.ts';
import type { Session } from '../session/session.ts';
import type { FollowLog } from '../session/session-log.ts';
import type { SessionState } from '../session/state.ts';
import { createStateHolder } from '../session/state-holder.ts';
import type { VisitWish } from '../session/visit-host.ts';
import { targetKey } from '../ssh/target.ts';
import { freeName, nameOf } from './free-name.ts';
import {
  ambiguousSession,
  stillAway,
  stillOpening,
  stoppedMeanwhile,
  unknownSession,
} from './hub-errors.ts';
import type { Selector, SessionView } from './messages.ts';
import { retryNow } from './retry-now.ts';
import { openedOn, sameView } from './same-view.ts';
import { type SessionEntry, type SessionOrigin, viewOf } from './session-view.ts';

/** What became of a session's entry; `measured`: latency and traffic alone. */
export interface HubChange {
  readonly kind: 'added' | 'changed' | 'measured' | 'removed';
  readonly entry: SessionEntry;
}

/** Owner of all connections and sessions of this user. */
export interface Hub {
  /**
   * Opens a session; resolves when it is ready. One that shows the same already is handed back; while
   * that reconnects, it is tried at once, and whoever opens is asked what ssh wants to know.
   */
  open(
    request: OpenRequest,
    interaction: Interaction,
    signal: AbortSignal,
    origin?: SessionOrigin,
  ): Promise<Session>;
  probe(wish: ProbeWish, interaction: Interaction, signal: AbortSignal): Promise<ProbeResult>;
  /** Removes from a server what nobody holds there any more. */
  reap(wish: VisitWish, interaction: Interaction, signal: AbortSignal): Promise<Reaping>;
  list(): SessionView[];
  /** All sessions, opening ones too, in the order in which they came. */
  entries(): readonly SessionEntry[];
  /**
   * The session of this name, or the only one of this host, opening ones too.
   *
   * @throws PortholeError `session-unknown`, `session-ambiguous`
   */
  entry(name: string): SessionEntry;
  /**
   * The session of this name, or the only one of this host.
   *
   * @throws PortholeError `session-unknown`, `session-ambiguous`
   */
  find(name: string): Session;
  /** Ends sessions, opening ones too; resolves with their names when they are gone. */
  stop(selector: Selector, reason: string): Promise<string[]>;
  /** Reconnects a session now; resolves with the state that came of it. */
  retry(name: string, interaction: Interaction, signal: AbortSignal): Promise<SessionState['kind']>;
  log(name: string, lines: number, follow?: FollowLog): Promise<string>;
  /** Calls back after each change of a session's state. */
  onState(listener: (name: string, state: SessionState) => void): () => void;
  /** Calls back after each change of a session, its coming and going too. */
  onChange(listener: (change: HubChange) => void): () => void;
  /** Calls back when the last session has gone. */
  onIdle(listener: () => void): () => void;
  /** Ends everything. */
  close(reason: string): Promise<void>;
}

export const createHub = (context: SessionContext): Hub => {
  const entries = new Map<string, SessionEntry>();
  const stateListeners = new Set<(name: string, state: SessionState) => void>();
  const changeListeners = new Set<(change: HubChange) => void>();
  const idleListeners = new Set<() => void>();

  const tell = (kind: HubChange['kind'], entry: SessionEntry) => {
    for (const hear of [...changeListeners]) hear({ kind, entry });
  };

  const remove = (entry: SessionEntry) => {
    entries.delete(entry.name);
    tell('removed', entry);
    if (entries.size === 0) for (const hear of [...idleListeners]) hear();
  };

  const openEntry = async (entry: SessionEntry, interaction: Interaction, signal: AbortSignal) => {
    let last = entry.state.current().kind;
    entry.state.onChange((state) => {
      if (state.kind !== last) entry.stateSinceMs = context.clock.wallMs();
      if (state.kind === 'ready') entry.readyAtMs ??= entry.stateSinceMs;
      last = state.kind;
      for (const hear of [...stateListeners]) hear(entry.name, state);
      tell('changed', entry);
    });
    try {
      const session = await openSession({
        name: entry.name,
        request: entry.request,
        context,
        interaction,
        state: entry.state,
        signal: AbortSignal.any([signal, entry.opening.signal]),
        onConnected: (end) => {
          entry.end = end;
          tell('changed', entry);
        },
      });
      entry.session = session;
      session.onMeasured(() => tell('measured', entry));
      tell('changed', entry);
      entry.gone = session.ended.then(() => remove(entry));
      return session;
    } catch (error) {
      remove(entry);
      throw error;
    }
  };

  const openNew: Hub['open'] = (request, interaction, signal, origin = { by: 'terminal' }) => {
    const name = freeName(nameOf(request.target), entries);
    const entry: SessionEntry = {
      name,
      request,
      state: createStateHolder(name, context.logger),
      origin,
      startedAtMs: context.clock.wallMs(),
      stateSinceMs: context.clock.wallMs(),
      readyAtMs: undefined,
      opening: new AbortController(),
      end: undefined,
      session: undefined,
      gone: Promise.resolve(),
    };
    entries.set(entry.name, entry);
    tell('added', entry);
    const opened = openEntry(entry, interaction, signal);
    entry.gone = opened;
    return opened;
  };

  const select = (name: string): SessionEntry[] => {
    const exact = entries.get(name);
    if (exact !== undefined) return [exact];
    return [...entries.values()].filter(({ request }) => request.target.host === name);
  };

  const find = (name: string): SessionEntry => {
    const [entry, ...others] = select(name);
    if (entry === undefined) throw unknownSession(name, [...entries.keys()]);
    if (others.length > 0)
      throw ambiguousSession(
        name,
        [entry, ...others].map((one) => one.name),
      );
    return entry;
  };

  const opened = (name: string): Session => {
    const { session } = find(name);
    if (session === undefined) throw stillOpening(name);
    return session;
  };

  const stopEntry = async (entry: SessionEntry, reason: string): Promise<void> => {
    if (entry.session !== undefined) return entry.session.stop(reason);
    entry.opening.abort(new PortholeError({ code: 'interrupted', message: reason }));
    await entry.gone.catch(() => undefined);
  };

  const stopAll = async (list: readonly SessionEntry[], reason: string): Promise<string[]> => {
    await Promise.all(list.map((entry) => stopEntry(entry, reason)));
    return list.map(({ name }) => name);
  };

  const retry: Hub['retry'] = async (name, interaction, signal) =>
    retryNow(find(name), interaction, signal);

  /** A session that is open already, ready or brought back to it. */
  const handBack = async (same: Session, interaction: Interaction, signal: AbortSignal) => {
    const { name } = same.record;
    if (same.state().kind === 'reconnecting') {
      interaction.report({ type: 'note', text: `${name} is open and reconnects; trying at once.` });
      await retry(name, interaction, signal);
    } else {
      interaction.report({ type: 'note', text: `${name} is open and shows this already.` });
    }
    const now = same.state();
    if (now.kind === 'reconnecting') throw stillAway(name, now);
    if (now.kind === 'failed') throw now.error;
    if (now.kind !== 'ready') throw stoppedMeanwhile(name);
    return same;
  };

  return {
    open: async (request, interaction, signal, origin) => {
      const there = () => openedOn(entries.values(), request);
      if (there().length === 0) return openNew(request, interaction, signal, origin);
      const known = await context.store.host(targetKey(request.target));
      // Anew: what was open may have ended since.
      const same = sameView(there(), request, known?.choice);
      if (same === undefined) return openNew(request, interaction, signal, origin);
      return handBack(same, interaction, signal);
    },
    probe: (wish, interaction, signal) => probeOnce({ wish, context, interaction, signal }),
    reap: (wish, interaction, signal) => reapOnce({ wish, context, interaction, signal }),
    list: () => [...entries.values()].map(viewOf),
    entries: () => [...entries.values()],
    entry: find,
    find: opened,
    stop: async (selector, reason) => {
      if ('all' in selector) return stopAll([...entries.values()], reason);
      const list = select(selector.name);
      if (list.length === 0) throw unknownSession(selector.name, [...entries.keys()]);
      return stopAll(list, reason);
    },
    retry,
    log: async (name, lines, follow) => opened(name).log(lines, follow),
    onState: (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    onIdle: (listener) => {
      idleListeners.add(listener);
      return () => idleListeners.delete(listener);
    },
    close: async (reason) => {
      await stopAll([...entries.values()], reason);
      await context.connections.closeAll();
    },
  };
};
