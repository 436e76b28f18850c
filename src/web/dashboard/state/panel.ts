import { computed, effect, signal } from '@preact/signals';
import type { Failure, OpeningWish } from '../../../hub/api/contract.ts';
import { call, failureFrom } from '../api/call.ts';
import { openSession } from '../sessions/open-session.ts';
import { openings } from './hub.ts';

/** Which opening the panel shows; null: the Connect form. */
const shownId = signal<string | null>(null);

/** The opening in the panel; null for the Connect form, also once the one shown is gone. */
export const shown = computed(
  () => openings.value.find(({ opening }) => opening === shownId.value) ?? null,
);

/** Shows an opening, or the Connect form (null). */
export const show = (opening: string | null): void => {
  shownId.value = opening;
};

/** Begun in this tab: their viewer opens in a new one as soon as it is ready. */
const begun = new Set<string>();

/**
 * Begins to open, and shows how it goes.
 *
 * @returns why it could not begin; null where it did
 */
export const begin = async (wish: OpeningWish): Promise<Failure | null> =>
  beginBy(() => call('POST /api/openings', { body: wish }));

/** Opens what was saved, as `begin`. */
export const beginSaved = async (saved: string): Promise<Failure | null> =>
  beginBy(() => call('POST /api/saved/{saved}/open', { params: { saved } }));

const beginBy = async (
  ask: () => Promise<{ readonly opening: string }>,
): Promise<Failure | null> => {
  try {
    const { opening } = await ask();
    begun.add(opening);
    show(opening);
    // The hub's word that it is ready may have come before this answer.
    openReady();
    return null;
  } catch (error) {
    return failureFrom(error);
  }
};

const openReady = (): void => {
  for (const { opening, phase } of openings.value) {
    if (phase.kind === 'ready' && begun.delete(opening)) void openSession(phase.session, 'ready');
  }
};
effect(openReady);
