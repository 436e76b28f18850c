/**
 * `npm run bench`: what porthole promises of its speed, measured on this machine: a real sshd behind
 * links with delay and rate, real viewers, everything side by side and interleaved with what it is
 * compared to. `npm run bench -- open gateway` measures some, `--json FILE` writes the figures for
 * programs, `--rounds N` takes more or fewer samples, `--watch S` watches what runs on for so long,
 * `--quick` looks only whether everything runs.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { labRunner } from '../test/lab/run.ts';
import { setUpSshd } from '../test/lab/set-up.ts';
import type { Figure } from './bench/figure.ts';
import { type Machine, renderTable, toJson } from './bench/report.ts';
import { createStage } from './bench/stage.ts';
import { TOPICS } from './bench/topics.ts';
import { onInterrupt } from './lib/interrupt.ts';

const ROUNDS = 7;
/** How long a process is watched for what it costs, in seconds. */
const WATCH_S = 30;
const QUICK = { rounds: 1, watchS: 1, share: 0.05 };

const interrupt = onInterrupt();

const readWords = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      rounds: { type: 'string' },
      watch: { type: 'string' },
      quick: { type: 'boolean' },
    },
  });
  const rounds = Number(values.rounds ?? ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error('--rounds takes a number from 1 on.');
  const watchS = Number(values.watch ?? WATCH_S);
  if (!(watchS >= 1)) throw new Error('--watch takes seconds from 1 on.');
  const unknown = positionals.find((word) => !TOPICS.some(({ name }) => name === word));
  if (unknown !== undefined) {
    const names = TOPICS.map(({ name }) => name).join(', ');
    throw new Error(`There is no topic "${unknown}"; there are: ${names}.`);
  }
  const topics = TOPICS.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  return { topics, json: values.json, extent: values.quick ? QUICK : { rounds, watchS, share: 1 } };
};

const measureAll = async ({ topics, json, extent }: ReturnType<typeof readWords>) => {
  await setUpSshd();
  const stage = await createStage({ ...extent, signal: interrupt.signal });
  const stopAll = () => void labRunner.stopAll();
  interrupt.signal.addEventListener('abort', stopAll, { once: true });
  const figures: Figure[] = [];
  try {
    for (const { name, measure } of topics) {
      interrupt.signal.throwIfAborted();
      console.log(`Measuring ${name}`);
      const measured = await measure(stage);
      figures.push(...measured.map((figure) => ({ topic: name, ...figure })));
    }
  } finally {
    // What was measured before an interruption is not lost.
    if (figures.length > 0) console.log(`\n${renderTable(figures)}`);
    await stage.dispose();
  }
  if (json !== undefined) await writeFile(json, toJson(figures, machine(extent.rounds)));
};

const machine = (rounds: number): Machine => ({
  cpus: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
  node: process.version,
  rounds,
  takenAt: new Date().toISOString(),
});

const fail = (error: unknown, exitCode: number) => {
  console.error(`The bench cannot go on: ${error instanceof Error ? error.message : error}`);
  process.exitCode = exitCode;
};

let words: ReturnType<typeof readWords> | undefined;
try {
  words = readWords();
} catch (error) {
  fail(error, 2);
}
try {
  if (words !== undefined) await measureAll(words);
} catch (error) {
  if (!interrupt.signal.aborted) fail(error, 1);
} finally {
  process.exitCode = interrupt.exitCode() ?? process.exitCode ?? 0;
}
