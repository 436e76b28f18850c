import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { labRunner } from '../../../test/lab/run.ts';
import { ensureBuilt } from '../../lib/ensure-built.ts';
import { median, ratio } from '../figure.ts';
import { measureRounds } from '../rounds.ts';
import type { Topic } from '../topic.ts';

/** These take a few hundredths of a second each: many rounds cost nothing. */
const ROUNDS_FACTOR = 4;
const ALIASES = 50;
const AT_MOST = { kind: 'at-most', value: 1.7 } as const;

/** Calls that a person waits for at the keyboard, against the start of node itself. */
export const start: Topic = {
  name: 'start',
  measure: async ({ rounds, signal, directory }) => {
    const program = await ensureBuilt();
    const home = await directory('home');
    await writeAliases(home);
    const node = (...args: readonly string[]) => timeRun(args, home);
    const samples = await measureRounds({
      rounds: rounds * ROUNDS_FACTOR,
      signal,
      contenders: {
        node: () => node('-e', '0'),
        again: () => node('-e', '0'),
        version: () => node(program, '--version'),
        // What the shell asks at TAB after `porthole open `.
        completion: () => node(program, '__complete', 'zsh', 'open', ''),
      },
    });
    const ms = (of: readonly number[]) => `${median(of).toFixed(0)} ms`;
    const { node: bare, again, version, completion } = samples;
    return [
      { name: 'noise, node -e 0 against itself', value: ratio(again, bare), unit: 'x' },
      {
        name: 'porthole --version to node -e 0',
        value: ratio(version, bare),
        unit: 'x',
        bound: AT_MOST,
        note: `${ms(version)} to ${ms(bare)}`,
      },
      {
        name: 'completion of a host to node -e 0',
        value: ratio(completion, bare),
        unit: 'x',
        bound: AT_MOST,
        note: `${ms(completion)} to ${ms(bare)}, ${ALIASES} aliases in the ssh config`,
      },
    ];
  },
};

const writeAliases = async (home: string): Promise<void> => {
  const hosts = Array.from(
    { length: ALIASES },
    (_, i) => `Host gpu-${i}\n  HostName 10.0.0.${i}\n`,
  );
  await mkdir(join(home, '.ssh'));
  await writeFile(join(home, '.ssh/config'), hosts.join(''));
};

/** Milliseconds from start to end. */
const timeRun = async (args: readonly string[], home: string): Promise<number> => {
  const startedMs = systemClock.monotonicMs();
  const { exitCode, stderr } = await labRunner.run({
    file: process.execPath,
    args,
    env: { HOME: home, PORTHOLE_HOME: home },
  });
  if (exitCode !== 0) throw new Error(`node ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
  return systemClock.monotonicMs() - startedMs;
};
