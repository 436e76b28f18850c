import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { haveOrSkip, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts';
import { makeSampleRuns, type SampleRun } from '../lab/sample-runs/sample-runs.ts';
import { ensureVenv, type Venv } from '../lab/venvs.ts';

/** A server with Runicorn from PyPI and runs that its SDK has written. */
export interface ExperimentServer extends AsyncDisposable {
  readonly lab: Lab;
  readonly venv: Venv;
  readonly storage: string;
  readonly runs: readonly SampleRun[];
  /** Words of `open` that name viewer, or environment, and storage. */
  readonly words: readonly string[];
}

/** `viewer`: the bundled one starts in a tenth of the time, where the test is not about viewers. */
export type ServerOptions = LabOptions & { readonly viewer?: 'runicorn' | 'builtin' };

/** One server for all tests of a file, which skip, and say so, where there is no sshd. */
export const shareServer = (options: ServerOptions = {}): (() => ExperimentServer) => {
  let server: ExperimentServer | undefined;
  beforeAll(async () => {
    if (SSHD.have()) server = await startServer(options);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  beforeEach((context) => haveOrSkip(context, SSHD));
  return () => {
    if (server === undefined) throw new Error('The server was not started.');
    return server;
  };
};

/** Starts one. */
export const startServer = async ({
  viewer = 'runicorn',
  ...options
}: ServerOptions = {}): Promise<ExperimentServer> => {
  const [venv, lab] = await Promise.all([ensureVenv('runicorn-newest'), startLab(options)]);
  try {
    const storage = join(lab.directory, 'experiments');
    const runs = await makeSampleRuns({ python: venv.python, storage });
    const shown = viewer === 'builtin' ? ['--viewer', viewer] : ['--env', venv.directory];
    const words = [...shown, '--storage', storage];
    const dispose = lab[Symbol.asyncDispose];
    return { lab, venv, storage, runs, words, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
};
