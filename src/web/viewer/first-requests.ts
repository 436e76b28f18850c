/**
 * What the first screen needs, asked for before the code of the pages has even arrived: the link is
 * what takes longest. A script of its own, without imports, which the page starts first.
 */

/** Runs of the first screen; the rest follows at once. */
const FIRST_ROWS = 100;

const ask = (route: string): Promise<Response> => {
  const answer = fetch(`api/${route}`, { headers: { Accept: 'application/json' } });
  // Whoever takes it hears of a failure; nobody may.
  answer.catch(() => undefined);
  return answer;
};

const early = new Map<string, Promise<Response>>();
const RUNS = `runs?limit=${FIRST_ROWS}`;
// The page of runs is the one without a word. First come, first served: over the link one connection is
// open already, and a further one takes a round trip more.
if (/^#?\/?(runs\b|\?|$)/.test(window.location.hash)) early.set('runs', ask(RUNS));
early.set('info', ask('info'));

/** The answer that is on its way since the page began; a new one for those who ask later. */
export const takeEarly = (route: 'info' | 'runs'): Promise<Response> => {
  const answer = early.get(route) ?? ask(route === 'runs' ? RUNS : route);
  early.delete(route);
  return answer;
};
