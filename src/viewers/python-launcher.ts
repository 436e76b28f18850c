import type { LaunchSpec } from '../remote/protocol/sessions.ts';
import shared from './launching.py?raw';

/**
 * Runs in the environment's own interpreter and takes the launcher from stdin, so that no file is
 * written and neither the storage path nor anything else of the user's shows in the server's `ps`.
 */
const STUB =
  'import sys,json;c=json.loads(sys.stdin.buffer.readline());' +
  'exec(c["code"],{"__name__":"__main__","config":c["config"]})';

/** A launcher: Python source that finds its settings in the global `config`. */
export interface PythonLauncher {
  readonly session: string;
  readonly python: string;
  /** Words for the interpreter; none unless told. */
  readonly flags?: readonly string[];
  readonly code: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Start of a Python launcher; the words after the code name it in the server's process list. */
export const launchPython = ({
  session,
  python,
  flags = [],
  code,
  config,
}: PythonLauncher): Pick<LaunchSpec, 'argv' | 'input'> => ({
  argv: [python, ...flags, '-u', '-c', STUB, 'porthole-viewer', session],
  input: `${JSON.stringify({ code, config })}\n`,
});

/** As `launchPython`, for a launcher that uses what is shared by those of packaged viewers. */
export const launchServing = (launcher: PythonLauncher): ReturnType<typeof launchPython> =>
  launchPython({ ...launcher, code: `${shared}\n\n${launcher.code}` });
