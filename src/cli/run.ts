import { exitCodeOf, PortholeError, toPortholeError } from '../core/errors.ts';
import { nearest, singleLine } from '../core/text.ts';
import { CATALOGUE, commandNamed } from './catalogue.ts';
import { COMMANDS } from './commands.ts';
import type { CliEnvironment } from './environment.ts';
import { errorToJson, renderError } from './render-error.ts';

/**
 * Runs the command that the words name and renders its failure. A first word that is no command is a
 * host to open.
 *
 * @returns the exit code
 */
export const run = async (words: readonly string[], cli: CliEnvironment): Promise<number> => {
  const { terminal } = cli;
  try {
    await dispatch(words, cli);
    return 0;
  } catch (thrown) {
    const error = toPortholeError(thrown);
    if (ownWords(words).includes('--json')) terminal.out(JSON.stringify(errorToJson(error)));
    else terminal.err(renderError(error, terminal.errStyle));
    if (error.code === 'internal') terminal.err(String((thrown as Error).stack ?? thrown));
    return exitCodeOf(error.code);
  }
};

/** The words before `--`: what follows may be a command of the user's own, with options of its own. */
const ownWords = (words: readonly string[]): readonly string[] =>
  words.includes('--') ? words.slice(0, words.indexOf('--')) : words;

const dispatch = async (words: readonly string[], cli: CliEnvironment): Promise<void> => {
  const [first, ...rest] = words;
  if (first === undefined) return COMMANDS.viewer(cli, []);
  if (first === 'help' || isHelp(first)) return help(rest[0], cli);
  const name = commandNamed(first);
  if (ownWords(words).some(isHelp)) return help(name ?? 'open', cli);
  if (name !== undefined) return COMMANDS[name](cli, rest);
  if (first.startsWith('-') && !words.some((word) => !word.startsWith('-'))) throw noHost(first);
  return openHost(words, cli);
};

const isHelp = (word: string): boolean => word === '--help' || word === '-h';

const help = async (topic: string | undefined, { terminal, version }: CliEnvironment) => {
  const { helpOf, overview } = await import('./help.ts');
  const layout = { width: terminal.width, style: terminal.outStyle };
  const name = commandNamed(topic ?? '');
  terminal.out(name === undefined ? overview(version, layout) : helpOf(CATALOGUE[name], layout));
};

/** The first word is a host; where that leads nowhere it may be a misspelt command. */
const openHost = async (words: readonly string[], cli: CliEnvironment) => {
  try {
    await COMMANDS.open(cli, words);
  } catch (error) {
    const hint = error instanceof PortholeError ? meant(words, error) : undefined;
    if (hint === undefined) throw error;
    const { code, message, output = '' } = error as PortholeError;
    throw new PortholeError({ code, message, output, hint, cause: error });
  }
};

/** What may have been meant by words that are no command and failed as a host. */
const meant = (
  [first = '', ...rest]: readonly string[],
  { code, hint = 'See: porthole --help' }: PortholeError,
): string | undefined => {
  if (code !== 'host-unresolvable' && code !== 'usage') return undefined;
  const near = nearest(first, Object.keys(CATALOGUE));
  if (near !== undefined) {
    const call = ['porthole', near, ...rest].map(singleLine).join(' ');
    return `If you meant the command: ${call}. Else: ${hint}`;
  }
  const [second = '-'] = rest;
  if (code !== 'usage' || second.startsWith('-')) return undefined;
  return `"${singleLine(first)}" is no command, so it was taken for a host. See: porthole --help`;
};

const noHost = (flag: string): PortholeError => {
  const near = nearest(flag, ['--help', '--version']);
  return new PortholeError({
    code: 'usage',
    message: `There is no host in "porthole ${singleLine(flag)}".`,
    hint: near === undefined ? 'See: porthole --help' : `Did you mean ${near}?`,
  });
};
