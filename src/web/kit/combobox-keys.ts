/** What a key does in a field with a list below it; `leave` goes on as the browser has it. */
export type ComboboxKeyAction =
  | { readonly kind: 'move'; readonly to: number }
  | { readonly kind: 'choose' | 'close' | 'submit' | 'leave' };

/**
 * The action of a key, as the combobox pattern of ARIA says; undefined where the field keeps it.
 * The first press of an arrow opens the list, and the way up goes from the first line back into
 * the field (-1).
 */
export const comboboxKeyAction = (
  { key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  { at, count, isOpen }: { readonly at: number; readonly count: number; readonly isOpen: boolean },
): ComboboxKeyAction | undefined => {
  if (ctrlKey || metaKey || altKey) return undefined;
  const isChosen = isOpen && at >= 0 && at < count;
  switch (key) {
    case 'ArrowDown':
      return { kind: 'move', to: at + 1 >= count ? (count === 0 ? -1 : 0) : at + 1 };
    case 'ArrowUp':
      return { kind: 'move', to: at === -1 ? count - 1 : at - 1 };
    case 'Enter':
      return { kind: isChosen ? 'choose' : 'submit' };
    case 'Escape':
      return isOpen ? { kind: 'close' } : undefined;
    case 'Tab':
      return isChosen ? { kind: 'leave' } : undefined;
    default:
      return undefined;
  }
};
