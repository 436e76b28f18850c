import { effect, signal } from '@preact/signals';
import type { Failure } from '../../../hub/api/contract.ts';
import { type ConnectDraft, EMPTY_DRAFT } from './draft.ts';

const KEPT = 'porthole.connect';

/** What is typed; survives a look at another opening, and a reload of the page. */
export const draft = signal<ConnectDraft>(readKept());

/** What the hub refused it for; null once it is typed on. */
export const refusal = signal<Failure | null>(null);

/** Changes what is typed. */
export const type = (change: Partial<ConnectDraft>): void => {
  draft.value = { ...draft.peek(), ...change };
  refusal.value = null;
};

effect(() => {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(draft.value));
  } catch {
    // Storage is switched off: it lasts as long as the page.
  }
});

function readKept(): ConnectDraft {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
    return typeof kept === 'object' ? { ...EMPTY_DRAFT, ...kept } : EMPTY_DRAFT;
  } catch {
    return EMPTY_DRAFT;
  }
}
