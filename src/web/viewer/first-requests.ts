import { parseAddress } from '../kit/address.ts';
import { getJson } from '../kit/api-client.ts';
import { loadServer } from './server.ts';

/** Runs of the first screen; the rest follows at once. */
const FIRST_ROWS = 100;

/** The newest runs, without further columns. */
const askFirstRuns = (): Promise<unknown> => getJson('runs', { limit: FIRST_ROWS });

// While the code of the pages still starts and draws: the link is what takes longest.
void loadServer();
const [word = 'runs'] = parseAddress(window.location.hash).path;
let early = word === 'runs' ? askFirstRuns() : undefined;
// Whoever takes it hears of a failure; nobody may.
early?.catch(() => undefined);

/** The answer that is on its way since the page began; a new one for those who ask later. */
export const takeFirstRuns = (): Promise<unknown> => {
  const answer = early ?? askFirstRuns();
  early = undefined;
  return answer;
};
