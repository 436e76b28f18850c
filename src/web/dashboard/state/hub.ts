import { computed, effect, signal } from '@preact/signals';
import type { ChangeEvent, Snapshot } from '../../../hub/api/contract.ts';
import { apiUrl } from '../../kit/api-client.ts';
import { listen } from '../../kit/live-events.ts';
import { themeChoice } from '../../kit/theme/theme.ts';
import { firstPaint } from './first-paint.ts';
import { applyChange, type HubState, stateOf } from './hub-state.ts';

/** All that the hub told; null until it has said anything. What was known stays when the hub is gone. */
export const hub = signal<HubState | null>(null);

/** Set where changes are missing: the next connection asks for all. */
let isBroken = false;

const events = listen({
  url: () => {
    const known = isBroken ? null : hub.peek();
    return apiUrl('events', known === null ? {} : { after: `${known.run}.${known.index}` });
  },
  on: {
    // Asked for at once, shown after the field that everybody waits for. Promises keep the order.
    snapshot: (snapshot: Snapshot) => void firstPaint.then(() => begin(snapshot)),
    change: (change: ChangeEvent) => void firstPaint.then(() => goOn(change)),
  },
});

const begin = (snapshot: Snapshot): void => {
  isBroken = false;
  hub.value = stateOf(snapshot);
};

const goOn = (change: ChangeEvent): void => {
  const state = hub.peek();
  const next = state === null ? 'gap' : applyChange(state, change);
  if (next !== 'gap') hub.value = next;
  else if (!isBroken) {
    isBroken = true;
    events.restart();
  }
};

/**
 * Whether the page hears from the hub: `first` until it has heard anything, `lost` while nothing
 * answers, `refused` where a hub answers that does not know this browser.
 */
export const link = computed<'first' | 'live' | 'lost' | 'refused'>(() => {
  if (events.state.value === 'lost') return events.isRefused.value ? 'refused' : 'lost';
  return hub.value === null ? 'first' : 'live';
});

/** Tries to reach a hub that is gone, without waiting for the next turn. */
export const reachHub = (): void => events.retry();

export const sessions = computed(() => hub.value?.sessions ?? []);
export const openings = computed(() => hub.value?.openings ?? []);
export const prompts = computed(() => hub.value?.prompts ?? []);
export const saved = computed(() => hub.value?.saved ?? []);

// The hub keeps the theme, so that all browsers of this machine agree.
const keptTheme = computed(() => hub.value?.settings.theme);
effect(() => {
  if (keptTheme.value !== undefined) themeChoice.value = keptTheme.value;
});

// A glance at the tabs tells that somebody waits, or how much is open.
effect(() => {
  const open = sessions.value.length;
  document.title =
    prompts.value.length > 0
      ? 'ssh asks · porthole'
      : open > 0
        ? `${open} open · porthole`
        : 'porthole';
});
