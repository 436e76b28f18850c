import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { labRunner, runOrThrow } from '../run.ts';

/** Where runs are written, and by what: Runicorn's own SDK. */
export interface SampleRunsInput {
  /** An interpreter that has Runicorn. */
  readonly python: string;
  /** Storage root; made where it is missing. */
  readonly storage: string;
}

/** A run that Runicorn's SDK has written. */
export interface SampleRun {
  readonly runId: string;
  readonly directory: string;
}

/** A training that goes on in the background. */
export interface RunningTraining extends SampleRun {
  readonly pid: number;
  /** Ends it as a user would, by a signal: the run stays "running" in its files. */
  stop(): Promise<void>;
}

interface Training {
  readonly name: string;
  readonly learningRate: number;
  /** The learning rate of each epoch in terms of the one before. */
  readonly rateFactor: number;
  readonly hidden: number;
  readonly epochs: number;
  /** Pause after each epoch, in seconds. */
  readonly paceS: number;
}

const DEFAULTS = { learningRate: 0.1, rateFactor: 0.97, hidden: 16, epochs: 60, paceS: 0 };

/** Three that learn, at different widths and rates, and one that runs away after a while and fails. */
const ENDED: readonly Training[] = [
  { ...DEFAULTS, name: 'narrow', hidden: 4 },
  { ...DEFAULTS, name: 'wide' },
  { ...DEFAULTS, name: 'slow', learningRate: 0.01 },
  { ...DEFAULTS, name: 'runaway', rateFactor: 1.3 },
];
const GOING_ON: Training = {
  ...DEFAULTS,
  name: 'live',
  learningRate: 0.02,
  rateFactor: 1,
  epochs: 1_000_000,
  paceS: 0.5,
};

const TRAIN_FILE = fileURLToPath(new URL('../sample-storage/train_by_sdk.py', import.meta.url));

/** Writes three finished runs and a failed one by real trainings; takes about a second. */
export const makeSampleRuns = async (input: SampleRunsInput): Promise<readonly SampleRun[]> => {
  const stdout = await runOrThrow(trainCommand(input, ENDED));
  return stdout.trim().split('\n').map(parseRun);
};

/** Starts a training; resolves when its first epoch is in the storage. */
export const startTraining = async (input: SampleRunsInput): Promise<RunningTraining> => {
  const child = labRunner.start(trainCommand(input, [GOING_ON]));
  for await (const line of createInterface({ input: child.stdout })) {
    return { ...parseRun(line), pid: child.pid ?? -1, stop: child.terminate };
  }
  throw new Error(`The training has ended at once:\n${child.stderr.text()}`);
};

const trainCommand = ({ python, storage }: SampleRunsInput, trainings: readonly Training[]) => ({
  file: python,
  args: [TRAIN_FILE, JSON.stringify({ storage, trainings })],
});

const runSchema = z.object({ runId: z.string(), directory: z.string() });

const parseRun = (line: string): SampleRun => runSchema.parse(JSON.parse(line));
