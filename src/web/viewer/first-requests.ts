/**
 * What the first screen needs, asked for before the code of the pages has even arrived: the link is
 * what takes longest. Without imports: the build puts it into the page itself, where it runs first.
 */

declare global {
  interface Window {
    /** The answer that is on its way since the page began; a new one for those who ask later. */
    takeFirst(route: FirstRoute): Promise<Response>;
  }
}

type FirstRoute = 'info' | 'runs';

/** Runs of the first screen; the rest follows at once. */
const FIRST_ROWS = 100;

const ask = (route: FirstRoute): Promise<Response> => {
  const query = route === 'runs' ? `?limit=${FIRST_ROWS}&info=yes` : '';
  const answer = fetch(`api/${route}${query}`, { headers: { Accept: 'application/json' } });
  // Whoever takes it hears of a failure; nobody may.
  answer.catch(() => undefined);
  return answer;
};

const early = new Map<FirstRoute, Promise<Response>>();
// The page of runs is the one without a word. One request for its screen: over the link one connection is
// open already, and a further one takes a round trip more.
const first = /^#?\/?(runs\b|\?|$)/.test(window.location.hash) ? 'runs' : 'info';
early.set(first, ask(first));

window.takeFirst = (route) => {
  const answer = early.get(route) ?? ask(route);
  early.delete(route);
  return answer;
};

export {};
