import { PortholeError } from '../core/errors.ts';
import { singleLine } from '../core/text.ts';
import type { Place } from './protocol/directories.ts';
import type { Reply } from './protocol/reply.ts';

/** The agent refused a request: its own code, and for storage errors what it found there. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: Extract<Reply, { error: unknown }>['error']['code'];
  readonly storage: Place | undefined;

  constructor(error: Extract<Reply, { error: unknown }>['error']) {
    super(singleLine(error.message));
    this.code = error.code;
    this.storage = error.storage;
  }
}

/** The server speaks, but not as our agent does. */
export const wrongShape = (what: string): PortholeError =>
  new PortholeError({
    code: 'protocol-error',
    message: `The agent on the server sent ${what} in a shape that porthole does not know.`,
    hint: 'Run the same command with -v; if the server is yours, please report it.',
  });

/** What the end of the stream alone tells. */
export const connectionEnded = (): PortholeError =>
  new PortholeError({
    code: 'connection-closed',
    message: 'The connection to the server ended.',
  });

/** The login found no interpreter for the agent; `rejected` are those that it saw. */
export const pythonNotFound = (rejected: readonly string[]): PortholeError => {
  const seen = rejected.map(singleLine).join(', ');
  return new PortholeError({
    code: 'python-not-found',
    message:
      seen === ''
        ? 'No Python was found on the server.'
        : `No Python 3.8 or newer was found on the server; it has only ${seen}.`,
    hint:
      'porthole looks for /usr/bin/python3, for python3 in PATH, and in miniconda3, miniforge3, ' +
      'anaconda3, mambaforge, /opt/*/bin and pyenv. Install Python >= 3.8 in one of these places; ' +
      'no root account is needed for miniforge3 in the home directory.',
  });
};
