import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** A key and what it does; `?` shows them all. */
export interface Shortcut {
  /** As in KeyboardEvent.key, or two of them in a row: `g r`. */
  readonly keys: string;
  readonly does: string;
  readonly run: () => void;
}

/** All that work now, those of the page that came last first. */
export const shortcuts = signal<ReadonlyArray<readonly Shortcut[]>>([]);

/** Makes shortcuts work while the component is there. */
export const useShortcuts = (own: readonly Shortcut[]): void => {
  const latest = useRef(own);
  latest.current = own;
  useEffect(() => {
    // The functions are always those of the last render, the list is that of the first.
    const group = latest.current.map((shortcut, i) => ({
      ...shortcut,
      run: () => latest.current[i]?.run(),
    }));
    shortcuts.value = [group, ...shortcuts.value];
    return () => {
      shortcuts.value = shortcuts.value.filter((one) => one !== group);
    };
  }, []);
};

/** How long the second key of two may take. */
const PAIR_MS = 1_000;
let first = { key: '', atMs: 0 };

const onKeyDown = (event: KeyboardEvent): void => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
  const pair = event.timeStamp - first.atMs < PAIR_MS ? `${first.key} ${event.key}` : undefined;
  const all = shortcuts.peek().flat();
  const found = all.find(({ keys }) => keys === pair) ?? all.find(({ keys }) => keys === event.key);
  first = { key: event.key, atMs: event.timeStamp };
  if (found === undefined) return;
  event.preventDefault();
  found.run();
};

/** A key that writes is no shortcut; a tick box and a radio button write nothing. */
const isTyping = (target: EventTarget | null): boolean => {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
};

document.addEventListener('keydown', onKeyDown);
