import type { Change, ChangeEvent, Snapshot } from '../../../src/hub/api/contract.ts';

/** What one page knows: the last snapshot, with all changes since. */
export interface Follower extends AsyncDisposable {
  readonly state: Snapshot;
  /** Ids of the events so far, in order. */
  readonly ids: readonly string[];
  /** Names of the events so far. */
  readonly names: readonly string[];
  /** All that was sent, as text. */
  text(): string;
  /** The first state, this one or one to come, of which something is known. */
  until<T>(look: (state: Snapshot) => T | undefined): Promise<T>;
  /** Resolves when the hub has ended the stream. */
  readonly ended: Promise<void>;
}

type Send = (path: string, init?: RequestInit) => Promise<Response>;

/** Follows `GET /api/events` as the page does. */
export const followEvents = async (send: Send, after?: string): Promise<Follower> => {
  const stopped = new AbortController();
  const query = after === undefined ? '' : `?after=${after}`;
  const answer = await send(`/api/events${query}`, { signal: stopped.signal });
  if (!answer.ok || answer.body === null) throw new Error(`events: ${answer.status}`);
  const ids: string[] = [];
  const names: string[] = [];
  const waiting = new Set<() => void>();
  let all = '';
  let state: Snapshot | undefined;

  const take = (block: string) => {
    const fields = Object.fromEntries(
      block
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    ids.push(fields.id ?? '');
    names.push(fields.event ?? '');
    const data: unknown = JSON.parse(fields.data ?? 'null');
    if (fields.event === 'snapshot') state = data as Snapshot;
    else if (state !== undefined) {
      const { index, change } = data as ChangeEvent;
      state = { ...applied(state, change), index };
    }
    for (const wake of [...waiting]) wake();
  };

  const read = async () => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      const text = decoder.decode(chunk, { stream: true });
      all += text;
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  };
  const ended = read().catch(() => undefined);

  const follower: Follower = {
    get state() {
      if (state === undefined) throw new Error('There was no snapshot.');
      return state;
    },
    ids,
    names,
    text: () => all,
    ended,
    until: (look) =>
      new Promise((resolve) => {
        const check = () => {
          const found = state && look(state);
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await ended;
    },
  };
  if (after === undefined) await follower.until(() => true);
  return follower;
};

/** As the page applies a change. */
const applied = (state: Snapshot, change: Change): Snapshot => {
  switch (change.kind) {
    case 'session':
      return { ...state, sessions: put(state.sessions, change.session, 'session') };
    case 'session-gone':
      return { ...state, sessions: without(state.sessions, change.session, 'session') };
    case 'measures': {
      const { session, latencyMs, traffic } = change;
      const sessions = state.sessions.map((one) =>
        one.session === session ? { ...one, latencyMs, traffic } : one,
      );
      return { ...state, sessions };
    }
    case 'opening':
      return { ...state, openings: put(state.openings, change.opening, 'opening') };
    case 'opening-gone':
      return { ...state, openings: without(state.openings, change.opening, 'opening') };
    case 'prompt':
      return { ...state, prompts: put(state.prompts, change.prompt, 'id') };
    case 'prompt-gone':
      return { ...state, prompts: without(state.prompts, change.prompt, 'id') };
    case 'saved':
      return { ...state, saved: change.saved };
    case 'settings':
      return { ...state, settings: change.settings };
    case 'hub-ending':
      return state;
    default:
      return change satisfies never;
  }
};

const put = <T, K extends keyof T>(list: readonly T[], one: T, key: K): T[] =>
  list.some((other) => other[key] === one[key])
    ? list.map((other) => (other[key] === one[key] ? one : other))
    : [...list, one];

const without = <T, K extends keyof T>(list: readonly T[], id: T[K], key: K): T[] =>
  list.filter((other) => other[key] !== id);
