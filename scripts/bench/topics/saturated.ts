import { systemClock } from '../../../src/core/clock.ts';
import { getOk } from '../http.ts';
import { type OpenPlace, type Rows, withSession } from '../open-place.ts';
import type { Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';

const PATH = '/api/health';
const SLOW = { delayMs: 300, bitsPerSecond: 1_000_000 };

/** Whether a link that is only slow and busy is ever taken for lost; `--watch 3600` for an hour of it. */
export const saturated: Topic = {
  name: 'saturated',
  measure: (stage) => withSession(stage, SLOW, (place) => underLoad(stage, place)),
};

/** Pages and charts, all the time, over a line that they more than fill. */
const underLoad = async ({ watchS, signal }: Stage, { viewer }: OpenPlace): Promise<Rows> => {
  const untilMs = systemClock.monotonicMs() + watchS * 1000;
  let bytes = 0;
  let failed = 0;
  const load = async (path: string) => {
    while (systemClock.monotonicMs() < untilMs && !signal.aborted) {
      try {
        const answer = await getOk({ place: viewer.place, path, headers: viewer.headers });
        bytes += answer.bytes;
      } catch {
        failed++;
      }
    }
  };
  const startedMs = systemClock.monotonicMs();
  await Promise.all(
    ['/big?bytes=300000', '/big?bytes=2000000', '/big?bytes=50000', PATH].map(load),
  );
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
  const rate = (bytes * 8) / seconds / 1000;
  return [
    {
      name: 'losses of a link of 1 Mbit/s and 300 ms each way under full load',
      value: viewer.states.filter((state) => state === 'waiting').length + failed,
      unit: '',
      bound: { kind: 'at-most', value: 0 },
      note: `${seconds.toFixed(0)} s at ${rate.toFixed(0)} kbit/s`,
    },
  ];
};
