import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Command } from '../../src/ssh/command.ts';
import { createRunner, type RunOptions } from '../../src/ssh/runner.ts';

/** Owner of the programs that the lab starts. */
export const labRunner = createRunner({
  logger: silentLogger,
  clock: systemClock,
  baseEnv: process.env,
});

/**
 * Runs a program of the lab to its end and gives its stdout.
 *
 * @throws Error with what the program said, where it does not end with 0
 */
export const runOrThrow = async (command: Command, options: RunOptions = {}): Promise<string> => {
  const { exitCode, signal, stdout, stderr } = await labRunner.run(command, options);
  if (exitCode === 0) return stdout;
  const line = [command.file, ...command.args].join(' ');
  throw new Error(`Cannot run ${line}: it ended with ${signal ?? exitCode}.\n${stderr}${stdout}`);
};
