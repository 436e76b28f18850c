import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Leads the keyboard on: when `moment` changes, the focus goes to what asks for it (`data-autofocus`),
 * else to the element itself. It is taken from nobody who is at work elsewhere on the page.
 */
export const useLeadFocus = <Part extends HTMLElement>(moment: string): RefObject<Part | null> => {
  const part = useRef<Part>(null);
  useLayoutEffect(() => {
    const own = part.current;
    const active = document.activeElement;
    if (own === null) return;
    // On something around it (the whole page, where it was lost) or in it.
    const isFree = active === null || active.contains(own) || own.contains(active);
    if (!isFree) return;
    (own.querySelector<HTMLElement>('[data-autofocus]') ?? own).focus({ preventScroll: true });
  }, [moment]);
  return part;
};
