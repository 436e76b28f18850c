import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lab, type LabOptions, startLab } from '../../test/lab/lab.ts';
import { ensureVenv, type Venv, type VenvName } from '../../test/lab/venvs.ts';
import { buildWithTrivialViewer } from './program.ts';

/** How far away the server is. */
export type Distance = 'near' | 'far';

/** Each way; a round trip over the far link takes 50 ms. */
const FAR_DELAY_MS = 25;
export const FAR_ROUND_TRIP_MS = 2 * FAR_DELAY_MS;

/** What makes a lab that far away, whose ssh takes the time that it takes everywhere. */
export const relayOf = (distance: Distance): Pick<LabOptions, 'relay' | 'keyExchange'> => ({
  keyExchange: 'usual',
  ...(distance === 'near' ? {} : { relay: { delayMs: FAR_DELAY_MS } }),
});

/** Everything that the topics measure on; made when it is first asked for, gone with `dispose`. */
export interface Stage {
  /** Samples of each figure. */
  readonly rounds: number;
  /** How long what runs continuously is watched, in seconds. */
  readonly watchS: number;
  /** What part of the requests and bytes of a sample is really sent: 1, or less to see only that it runs. */
  readonly share: number;
  readonly signal: AbortSignal;
  /** A new empty directory. */
  directory(name: string): Promise<string>;
  /** porthole's command line, with the trivial viewer among its viewers. */
  program(): Promise<string>;
  /** A server at that distance. */
  lab(distance: Distance): Promise<Lab>;
  venv(name: VenvName): Promise<Venv>;
  /** Adds what has to be undone at the end; the last comes first. */
  onDispose(undo: () => Promise<unknown>): void;
  dispose(): Promise<void>;
}

export interface StageOptions {
  readonly rounds: number;
  readonly watchS: number;
  readonly share: number;
  readonly signal: AbortSignal;
}

export const createStage = async (options: StageOptions): Promise<Stage> => {
  // Short: sockets are made in it.
  const root = await mkdtemp(join(tmpdir(), 'porthole-bench-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(root, { recursive: true, force: true })];
  const labs = new Map<Distance, Promise<Lab>>();
  let program: Promise<string> | undefined;
  let directories = 0;

  const start = async (distance: Distance): Promise<Lab> => {
    const lab = await startLab(relayOf(distance));
    undo.push(() => lab[Symbol.asyncDispose]());
    return lab;
  };

  return {
    ...options,
    directory: async (name) => {
      const path = join(root, `${name}-${++directories}`);
      await mkdir(path, { mode: 0o700 });
      return path;
    },
    program: () => {
      program ??= buildWithTrivialViewer(join(root, 'program'));
      return program;
    },
    lab: (distance) => {
      const lab = labs.get(distance) ?? start(distance);
      labs.set(distance, lab);
      return lab;
    },
    venv: ensureVenv,
    onDispose: (step) => void undo.push(step),
    dispose: async () => {
      for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
    },
  };
};
