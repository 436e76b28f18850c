import { exitCodeOf, PortholeError, toPortholeError } from '../core/errors.ts';
import { nearest, singleLine } from '../core/text.ts';
import { COMMANDS } from './commands.ts';
import type { CliEnvironment } from './environment.ts';
import { overview } from './help.ts';
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
    if (words.includes('--json')) terminal.out(JSON.stringify(errorToJson(error)));
    else terminal.err(renderError(error, terminal.errStyle));
    if (error.code === 'internal') terminal.err(String((thrown as Error).stack ?? thrown));
    return exitCodeOf(error.code);
  }
};

const dispatch = async (words: readonly string[], cli: CliEnvironment): Promise<void> => {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    return cli.terminal.out(await overview(cli));
  }
  const load = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (load === undefined) {
    if (first.startsWith('-') && !words.some((word) => !word.startsWith('-'))) throw noHost(first);
    return runNamed('open', words, cli);
  }
  return runNamed(first, rest, cli);
};

const runNamed = async (name: string, words: readonly string[], cli: CliEnvironment) => {
  const command = await COMMANDS[name]?.(cli);
  if (command === undefined) throw new Error(`No command ${name}`);
  if (words.includes('--help') || words.includes('-h')) {
    const { renderUsage } = await import('citty');
    return cli.terminal.out(await renderUsage(command));
  }
  // citty's runCommand would parse first, and fail in words of its own; our commands read rawArgs alone.
  const args = { _: [] } as never;
  await command.run?.({ cmd: command, rawArgs: [...words], args });
};

const noHost = (flag: string): PortholeError => {
  const near = nearest(flag, ['--help', '--version']);
  return new PortholeError({
    code: 'usage',
    message: `There is no host in "porthole ${singleLine(flag)}".`,
    hint: near === undefined ? 'See: porthole --help' : `Did you mean ${near}?`,
  });
};
