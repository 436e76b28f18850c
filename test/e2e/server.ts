import { join } from 'node:path';
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts';
import { makeSampleRuns, type SampleRun } from '../lab/sample-runs/sample-runs.ts';
import { ensureVenv, type Venv } from '../lab/venvs.ts';

/** A server with Runicorn from PyPI and runs that its SDK has written. */
export interface ExperimentServer extends AsyncDisposable {
  readonly lab: Lab;
  readonly venv: Venv;
  readonly storage: string;
  readonly runs: readonly SampleRun[];
  /** Words of `open` that name environment and storage. */
  readonly words: readonly string[];
}

/** Starts one. */
export const startServer = async (options: LabOptions = {}): Promise<ExperimentServer> => {
  const [venv, lab] = await Promise.all([ensureVenv('runicorn-newest'), startLab(options)]);
  try {
    const storage = join(lab.directory, 'experiments');
    const runs = await makeSampleRuns({ python: venv.python, storage });
    return {
      lab,
      venv,
      storage,
      runs,
      words: ['--env', venv.directory, '--storage', storage],
      [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
    };
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
};
