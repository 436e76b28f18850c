/**
 * `npm run faults -- [--seed N] [--count M] [--jobs J]`: random sequences of what can go wrong, on
 * real sessions, and whether porthole kept its promises. A sequence follows from its seed alone; a
 * broken promise prints the command that plays it again.
 */
import { parseArgs } from 'node:util';
import { startServer } from '../test/e2e/server.ts';
import { runSequence } from '../test/faults/run-sequence.ts';
import { describeSequence, sequenceOf } from '../test/faults/sequence.ts';
import { setUpSshd } from '../test/lab/set-up.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '3' },
  },
});
const firstSeed = Number(values.seed);
const seeds = Array.from({ length: Number(values.count) }, (_, i) => firstSeed + i);

await setUpSshd();
let passed = 0;
const failures: string[] = [];

/** One server, one sequence after the other. */
const lane = async (): Promise<void> => {
  await using server = await startServer({ relay: {} });
  for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
    const sequence = sequenceOf(seed);
    const broken = await runSequence(sequence, server).catch((error) => [String(error)]);
    if (broken.length === 0) passed++;
    else failures.push(`seed ${seed}: ${broken.join(' | ')}`);
    console.log(
      `${broken.length === 0 ? 'ok    ' : 'BROKEN'} ${seed}: ${describeSequence(sequence)}`,
    );
    for (const promise of broken) console.log(`         ${promise}`);
    if (broken.length > 0) {
      console.log(`         again: npm run faults -- --seed ${seed} --count 1`);
    }
  }
};

await Promise.all(Array.from({ length: Number(values.jobs) }, lane));
console.log(`${passed} passed, ${failures.length} failed`);
// A connection that a fault has half closed may outlive its relay, and would hold this up.
process.exit(failures.length === 0 ? 0 : 1);
