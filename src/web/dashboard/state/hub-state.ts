import type { Change, ChangeEvent, Snapshot } from '../../../hub/api/contract.ts';

/** What the page knows of the hub: a snapshot, and every change since. */
export interface HubState extends Snapshot {
  /** Why it is about to end; null while it is not. */
  readonly ending: string | null;
}

/** The state that a snapshot begins. */
export const stateOf = (snapshot: Snapshot): HubState => ({ ...snapshot, ending: null });

/**
 * The state after a change. A change that is known already leaves it as it is.
 *
 * @returns 'gap' where changes in between are missing: only a new snapshot helps
 */
export const applyChange = (state: HubState, { index, change }: ChangeEvent): HubState | 'gap' => {
  if (index <= state.index) return state;
  if (index > state.index + 1) return 'gap';
  return { ...changed(state, change), index };
};

const changed = (state: HubState, change: Change): HubState => {
  switch (change.kind) {
    case 'session':
      return { ...state, sessions: put(state.sessions, change.session, (one) => one.session) };
    case 'session-gone':
      return {
        ...state,
        sessions: state.sessions.filter(({ session }) => session !== change.session),
      };
    case 'measures': {
      const { session: name, latencyMs, traffic } = change;
      return {
        ...state,
        sessions: state.sessions.map((one) =>
          one.session === name ? { ...one, latencyMs, traffic } : one,
        ),
      };
    }
    case 'opening':
      return { ...state, openings: put(state.openings, change.opening, (one) => one.opening) };
    case 'opening-gone':
      return {
        ...state,
        openings: state.openings.filter(({ opening }) => opening !== change.opening),
      };
    case 'prompt':
      return { ...state, prompts: put(state.prompts, change.prompt, ({ id }) => id) };
    case 'prompt-gone':
      return { ...state, prompts: state.prompts.filter(({ id }) => id !== change.prompt) };
    case 'saved':
      return { ...state, saved: change.saved };
    case 'settings':
      return { ...state, settings: change.settings };
    case 'hub-ending':
      return { ...state, ending: change.reason };
    default:
      return change satisfies never;
  }
};

/** In the place of the one with the same key, or at the end. */
const put = <Item>(items: readonly Item[], item: Item, keyOf: (item: Item) => string): Item[] => {
  const key = keyOf(item);
  return items.some((one) => keyOf(one) === key)
    ? items.map((one) => (keyOf(one) === key ? item : one))
    : [...items, item];
};
