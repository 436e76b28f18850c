import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { labRunner, runOrThrow } from '../run.ts';

/** What is written; see write_storage.py, which needs no package. */
export interface SampleStorageInput {
  /** Storage root; made where it is missing. */
  readonly storage: string;
  /** Eleven runs in 0.5's and 0.6's layouts, with a bit of everything. */
  readonly sample?: boolean;
  /** Number of plain runs to add, and of lines in each. */
  readonly runs?: number;
  readonly lines?: number;
  /** Lines, with ten metrics each, of one long run to add. */
  readonly long?: number;
}

export interface SampleStorage {
  readonly storage: string;
  readonly runs: number;
}

/** A storage in which a training goes on. */
export interface LiveStorage extends SampleStorage {
  /** Directory of the run that goes on. */
  readonly live: string;
  readonly pid: number;
  /** Ends the training as a user would, by a signal: the run stays "running" in its files. */
  stop(): Promise<void>;
}

/** Writes sample experiments in Runicorn's formats. */
export const makeSampleStorage = async (input: SampleStorageInput): Promise<SampleStorage> =>
  writtenSchema.parse(JSON.parse(await runOrThrow(command({ ...input }))));

/** A training to add; it is a real one, see training.py. */
export interface LiveStorageInput extends SampleStorageInput {
  /** Pause after each epoch, in seconds. */
  readonly paceS: number;
  /** Epochs without a pause at its beginning; 1 unless told. */
  readonly head?: number;
}

/** The same, and a training that goes on until it is stopped. */
export const startLiveStorage = async ({
  paceS,
  ...input
}: LiveStorageInput): Promise<LiveStorage> => {
  const child = labRunner.start(command({ ...input, live: paceS }));
  for await (const line of createInterface({ input: child.stdout })) {
    const written = liveSchema.parse(JSON.parse(line));
    return { ...written, pid: child.pid ?? -1, stop: child.terminate };
  }
  throw new Error(`The training has ended at once:\n${child.stderr.text()}`);
};

const command = (settings: Readonly<Record<string, unknown>>) => ({
  file: 'python3',
  args: ['-B', WRITER, JSON.stringify(settings)],
});

const WRITER = fileURLToPath(new URL('write_storage.py', import.meta.url));

const writtenSchema = z.object({ storage: z.string(), runs: z.number() });
const liveSchema = writtenSchema.extend({ live: z.string() });
