import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export interface ForegroundProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Asks the program to end, once. */
  readonly signal: AbortSignal;
}

/**
 * Runs a program on the terminal of this script and gives its exit code (128 + signal where one
 * ended it). It has a process group of its own: Ctrl+C reaches it through `signal` alone, so that
 * it never counts as a second, impatient one.
 */
export const runInForeground = async (program: ForegroundProgram): Promise<number> => {
  const { file, args, env, signal } = program;
  signal.throwIfAborted();
  const child = spawn(file, args, { env, stdio: 'inherit', detached: true });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, endedBy) =>
        resolve(code ?? 128 + (endedBy === null ? 0 : constants.signals[endedBy])),
      );
    });
  } finally {
    signal.removeEventListener('abort', end);
  }
};
