import { posix } from 'node:path';
import { singleLine } from '../../core/text.ts';
import type { LaunchEnvironment, PackagedViewer } from '../adapter.ts';
import { servedBy } from './placeholders.ts';

/** What viewers of this kind are called, whatever the command. */
export const COMMAND_ID = 'command';

const HEALTH_PATH = '/';

/**
 * A program of the user's as viewer: `porthole open HOST -- COMMAND ARGS...`. Its words stay words all the
 * way to exec: no shell sees them.
 *
 * @throws PortholeError `usage` for placeholders that make no sense
 */
export const commandViewer = (words: readonly string[]): PackagedViewer => {
  const listens = servedBy(words);
  return {
    comes: 'in-environment',
    id: COMMAND_ID,
    title: titleOf(words),
    command: words,
    // Whatever environment there is: its programs go before those of the login's PATH.
    distributions: [],
    // What it may do, who typed it knows.
    capability: 'may-write',
    notice: undefined,
    data: [],
    takes: 'file-or-directory',
    withoutStorage: words.some((word) => word.includes('{storage}')) ? 'refuse' : 'home',
    listens,
    healthPath: HEALTH_PATH,
    // Its pages may ask for a login of their own, or lie elsewhere.
    healthyWhen: 'any-answer',
    slowStartS: 60,
    launch: ({ environment }) => ({
      argv: words.map((word) =>
        environment === null ? word : word.replaceAll('{python}', () => environment.python),
      ),
      ...insideOf(environment),
      cwd: '{storage}',
      input: '',
      endpoint: listens,
      healthPath: HEALTH_PATH,
      healthyWhen: 'any-answer',
    }),
  };
};

/** What an activated environment has. */
const insideOf = (environment: LaunchEnvironment | null) => {
  if (environment === null) return { env: {} };
  const { kind, prefix, python } = environment;
  const variable = kind === 'conda' || kind === 'pixi' ? 'CONDA_PREFIX' : 'VIRTUAL_ENV';
  return {
    env: kind === 'system' ? {} : { [variable]: prefix },
    searchFirst: posix.dirname(python),
  };
};

/** "python -m http.server": the words before the first option or placeholder. */
const titleOf = ([program = '', ...words]: readonly string[]): string => {
  const end = words.findIndex((word) => /^-(?!m$)|[{}]/.test(word));
  const said = words.slice(0, end === -1 ? words.length : end).slice(0, MAX_TITLE_WORDS);
  return singleLine([posix.basename(program), ...said].join(' ')).slice(0, MAX_TITLE);
};

const MAX_TITLE_WORDS = 3;
const MAX_TITLE = 60;
