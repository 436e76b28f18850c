import { PortholeError } from '../../core/errors.ts';
import { nearest, singleLine } from '../../core/text.ts';

/** What words of a command may hold, in braces, and what that stands for on the server. */
export const PLACEHOLDERS = {
  socket: 'path of the unix socket to serve',
  port: 'port of 127.0.0.1 to serve',
  storage: 'the directory or file given by --storage',
  runtime: "a private directory that is removed at the session's end",
  python: "the environment's Python",
} as const;
const NAMES = Object.keys(PLACEHOLDERS);

/** What a command line of the user's serves. */
export type Serves = 'socket' | 'port';

/**
 * Whether a command serves a socket or a port, told by its placeholders.
 *
 * @throws PortholeError `usage` where it names both, none, or one that there is not
 */
export const servedBy = (words: readonly string[]): Serves => {
  const used = new Set(words.flatMap((word) => [...word.matchAll(/\{(\w+)\}/g)].map(([, n]) => n)));
  for (const name of used) refuseTypo(name ?? '');
  const [served, other] = (['socket', 'port'] as const).filter((name) => used.has(name));
  if (served !== undefined && other === undefined) return served;
  throw new PortholeError({
    code: 'usage',
    message:
      other === undefined
        ? 'The command says neither {socket} nor {port}: porthole would not know where it serves.'
        : 'The command says both {socket} and {port}: it can serve only one of them.',
    hint: 'Put the one that it can serve where it takes it: -- COMMAND --uds {socket}  or  -- COMMAND --port {port}',
  });
};

/** Braces may stand for themselves, but not where one of the names is nearly there. */
const refuseTypo = (name: string): void => {
  if (NAMES.includes(name)) return;
  const near = nearest(name.toLowerCase(), NAMES);
  if (near === undefined) return;
  throw new PortholeError({
    code: 'usage',
    message: `There is no placeholder {${singleLine(name)}} in a command.`,
    hint: `Did you mean {${near}}? There are: ${NAMES.map((one) => `{${one}}`).join(', ')}.`,
  });
};
