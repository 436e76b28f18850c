import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';
import type { StandIn } from '../stand-in.ts';

/** Whether a process of ours comes up there and answers: watchdog, private directory, socket, port. */
export const start = defineCheck<StandIn>({
  id: 'start',
  title: 'process there',
  needs: ['runtime-directory'],
  byHand: (bench) => bench.sshLine([], 'ulimit -a; uptime'),
  look: (bench) => bench.standIn(),
  judge: ({ directory, startMs }): Finding => ({
    verdict: 'ok',
    fact: `a stand-in for a viewer answers in ${directory}, ${Math.round(startMs)} ms after its start`,
  }),
});

/** Whether all of it ends again. */
export const stop = defineCheck<void>({
  id: 'stop',
  title: 'clearing up',
  needs: ['start'],
  look: async (bench) => (await bench.standIn()).stop(),
  judge: (): Finding => ({
    verdict: 'ok',
    fact: 'the stand-in has ended, and its directory is gone',
  }),
});
