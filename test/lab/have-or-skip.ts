import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';
import { findSshd } from './sshd.ts';

/** Something that a test needs of the machine. */
export interface Requirement {
  /** In words, with the way to get it. */
  readonly what: string;
  readonly have: () => boolean;
}

/** Throwaway accounts, mounts. */
export const ROOT: Requirement = {
  what: 'root, for accounts and mounts of its own',
  have: () => process.getuid?.() === 0,
};

export const SSHD: Requirement = {
  what: 'sshd (apt-get install openssh-server)',
  have: () => findSshd() !== undefined,
};

/** A program in PATH. */
export const program = (name: string, packageName = name): Requirement => ({
  what: `${name} (apt-get install ${packageName})`,
  have: () => (process.env.PATH ?? '').split(delimiter).some((place) => isThere(join(place, name))),
});

/**
 * Skips the test, and says so, where the machine lacks what it needs.
 *
 * @throws Error instead where CI is set: there a test that does not run is a failure
 */
export const haveOrSkip = (context: TestContext, ...requirements: readonly Requirement[]): void => {
  const missing = requirements.filter(({ have }) => !have()).map(({ what }) => what);
  if (missing.length === 0) return;
  const reason = `"${context.task.name}" does not run here: it needs ${missing.join(' and ')}.`;
  if (process.env.CI !== undefined && process.env.CI !== 'false') throw new Error(reason);
  console.warn(`SKIPPED: ${reason}`);
  context.skip(reason);
};

const isThere = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
