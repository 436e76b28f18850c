import type { LaunchSpec } from '../../../src/remote/protocol/sessions.ts';
import { launchPython } from '../../../src/viewers/python-launcher.ts';
import code from './trivial_viewer.py?raw';

/** How the trivial viewer behaves; see `trivial_viewer.py` for its routes. */
export interface TrivialViewerOptions {
  /** Id of the session on the server; `trivial` unless told. */
  readonly session?: string;
  /** Interpreter on the server, >= 3.8; `/usr/bin/python3` unless told. */
  readonly python?: string;
  /** Time before it listens, in seconds. */
  readonly startDelayS?: number;
  /** `never`: runs, and does not listen. */
  readonly listen?: 'socket' | 'never';
  readonly startTimeoutS?: number;
}

/** What an agent needs to launch a viewer that costs nothing but an interpreter. */
export const trivialViewer = (options: TrivialViewerOptions = {}): LaunchSpec => {
  const { session = 'trivial', python = '/usr/bin/python3' } = options;
  const { startDelayS = 0, listen = 'socket', startTimeoutS = 20 } = options;
  const config = { socket: '{socket}', startDelayS, listen };
  return {
    ...launchPython({ session, python, code, config }),
    env: {},
    endpoint: 'reported',
    healthPath: '/api/health',
    startTimeoutS,
  };
};
