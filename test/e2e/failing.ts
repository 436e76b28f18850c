import { expect } from 'vitest';
import { type ErrorCode, exitCodeOf } from '../../src/core/errors.ts';
import type { Lab } from '../lab/lab.ts';
import type { Line } from './json-lines.ts';
import { expectNothingLeft } from './server-side.ts';
import { openWords, type Workplace } from './workplace.ts';

/** How a command failed, as a script sees it. */
export interface Failed {
  readonly exitCode: number | null;
  readonly error: Extract<Line, { type: 'error' }>;
  /** What was told before. */
  readonly lines: readonly Line[];
}

/**
 * Runs a command that must fail, with --json among its words: its last line is the failure, with a fact
 * and a next step of one line each, and the exit code that belongs to its name.
 */
export const runFailing = async (here: Workplace, words: readonly string[]): Promise<Failed> => {
  const porthole = here.start(words);
  // One that opens after all would stay open: that it does is the failure, not a time limit later.
  const opened = porthole.ready().then(() => 'ready' as const);
  const ended = porthole.process.exited.then(() => 'ended' as const);
  if ((await Promise.race([ended, opened.catch(() => ended)])) === 'ready') {
    throw new Error(`It did not fail, it opened: ${JSON.stringify(porthole.lines())}`);
  }
  const { exitCode } = await porthole.process.exited;
  const lines = porthole.lines();
  const error = lines.at(-1);
  if (error?.type !== 'error') {
    throw new Error(
      `It did not fail: ${exitCode} ${JSON.stringify(lines)} ${porthole.process.stderr.text()}`,
    );
  }
  expect(exitCode).toBe(exitCodeOf(error.code as ErrorCode));
  expect(error.message).toMatch(/^[^\n]+[.!?]$/);
  expect(error.hint).toMatch(/^[^\n]+$/);
  // What is told to scripts is all: nothing was thrown, nothing warned of.
  expect(porthole.process.stderr.text()).toBe('');
  return { exitCode, error, lines: lines.slice(0, -1) };
};

/** Opens a lab, which must fail, and leave nothing on either side. */
export const openFailing = async (
  here: Workplace,
  lab: Lab,
  words: readonly string[] = [],
): Promise<Failed> => {
  const failed = await runFailing(here, openWords(lab, words));
  await expectNothingLeft(here, [{ lab, viewers: [] }]);
  return failed;
};
