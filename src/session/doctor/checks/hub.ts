import type { HubFacts } from '../bench.ts';
import { defineCheck, failureOf } from '../check.ts';
import type { Finding } from '../report.ts';

/** The porthole that runs already: `open` is its client, and fails where it hangs or is of another version. */
export const hub = defineCheck<HubFacts>({
  id: 'hub',
  title: 'running porthole',
  byHand: () => 'porthole ls',
  look: (bench) => bench.hub(),
  judge: (facts): Finding => {
    if (facts.kind === 'failed') return failureOf(facts.error);
    return { verdict: 'ok', fact: facts.kind === 'none' ? 'none' : facts.words };
  },
});
