import { PortholeError } from '../core/errors.ts';
import { nearest } from '../core/text.ts';
import type { SessionState } from '../session/state.ts';

/** No session of this name; the nearest is suggested. */
export const unknownSession = (name: string, names: readonly string[]): PortholeError => {
  const near = nearest(name, names);
  return new PortholeError({
    code: 'session-unknown',
    message: `There is no session "${name}".`,
    hint:
      names.length === 0
        ? 'Nothing is open at the moment.'
        : near !== undefined
          ? `Did you mean "${near}"?`
          : `Open: ${names.join(', ')}.`,
  });
};

/** Several sessions on the host that was named. */
export const ambiguousSession = (name: string, names: readonly string[]): PortholeError =>
  new PortholeError({
    code: 'session-ambiguous',
    message: `There are ${names.length} sessions on ${name}.`,
    hint: `Name one: ${names.join(', ')}.`,
  });

/** Open, but its server cannot be reached; it goes on trying. */
export const stillAway = (
  name: string,
  { reason, code = 'connection-closed' }: Extract<SessionState, { kind: 'reconnecting' }>,
): PortholeError =>
  new PortholeError({
    code,
    message: `${name} is open, but cannot be reached: ${reason}`,
    hint: `It goes on trying by itself, at the same address; at once by: porthole retry ${name}`,
  });

/** Somebody ended it while it was to be brought back. */
export const stoppedMeanwhile = (name: string): PortholeError =>
  new PortholeError({
    code: 'interrupted',
    message: `${name} was stopped meanwhile.`,
    hint: 'Run the command again to open it anew.',
  });

/** Not there yet. */
export const stillOpening = (name: string): PortholeError =>
  new PortholeError({
    code: 'session-unknown',
    message: `The session "${name}" is still being opened.`,
    hint: 'Try again when it is ready; see `porthole ls`.',
  });
