import { signal } from '@preact/signals';
import { type Address, formatAddress, parseAddress, type QueryValues } from './address.ts';

/** Where the page is now; changes with the back button, links and `setQuery`. */
export const address = signal<Address>(parseAddress(window.location.hash));

window.addEventListener('hashchange', () => {
  address.value = parseAddress(window.location.hash);
});

/** Goes to another place, as a link would. */
export const goTo = (href: string): void => {
  window.location.hash = href;
};

/**
 * Changes parts of the query of the place where the page is. What is typed replaces the entry in
 * the browser's history, what is chosen may add one.
 */
export const setQuery = (
  change: QueryValues,
  { history = 'replace' }: { readonly history?: 'replace' | 'push' } = {},
): void => {
  const { path, query } = address.peek();
  const href = formatAddress(path, { ...query, ...change });
  if (href === window.location.hash) return;
  if (history === 'push') window.history.pushState(null, '', href);
  else window.history.replaceState(null, '', href);
  address.value = parseAddress(href);
};
