import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** An interpreter that the agent must run on. */
export interface Python {
  readonly executable: string;
  readonly version: string;
}

/** python3 of this machine, and the oldest that the agent supports (3.8) where pyenv has one. */
export const findPythons = (): readonly Python[] =>
  [...installedByPyenv('3.8.'), 'python3'].map(describePython);

/** Which suites an interpreter is put through. */
export interface PythonPlan extends Python {
  readonly suites: readonly string[];
}

/**
 * All suites run on the oldest interpreter, which no other test uses; python3, on which every end-to-end
 * test runs the same code, gets only those that lean on what Python's own library does differently from
 * version to version. `PORTHOLE_TEST_PYTHONS=all` runs all on each.
 */
export const planPythons = (
  directory: string,
  versionDependent: readonly string[],
): readonly PythonPlan[] => {
  const all = readdirSync(directory).filter((name) => /^test_.*\.py$/.test(name));
  const missing = versionDependent.filter((name) => !all.includes(name));
  if (missing.length > 0) throw new Error(`There is no suite ${missing.join(', ')}`);
  const [oldest, ...others] = findPythons();
  if (oldest === undefined) return [];
  const forOthers = process.env.PORTHOLE_TEST_PYTHONS === 'all' ? all : versionDependent;
  return [
    { ...oldest, suites: all },
    ...others.map((python) => ({ ...python, suites: forOthers })),
  ];
};

const installedByPyenv = (prefix: string): string[] => {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  const name = readdirSync(versions).find((one) => one.startsWith(prefix));
  return name === undefined ? [] : [join(versions, name, 'bin/python3')];
};

/** The real interpreter behind a name, which may be a shim. */
const describePython = (name: string): Python => {
  const code = 'import sys; print(sys.executable); print(sys.version.split()[0])';
  const [executable = name, version = ''] = execFileSync(name, ['-c', code], {
    encoding: 'utf8',
  }).split('\n');
  return { executable, version };
};
