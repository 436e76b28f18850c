import { PortholeError } from '../../core/errors.ts';
import { singleLine } from '../../core/text.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import bash from '../completion/porthole.bash?raw';
import fish from '../completion/porthole.fish?raw';
import zsh from '../completion/porthole.zsh?raw';

const SCRIPTS = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);

/** `porthole completion SHELL`. */
export const completion: CommandRun<typeof CATALOGUE.completion> = async (cli, { words }) => {
  const script = SCRIPTS.get(words.shell);
  if (script === undefined) throw unknownShell(words.shell);
  cli.terminal.out(script.trimEnd());
};

const unknownShell = (shell: string): PortholeError =>
  new PortholeError({
    code: 'usage',
    message: `There is no completion for the shell "${singleLine(shell)}".`,
    hint: `There is for ${[...SCRIPTS.keys()].join(', ')}.`,
  });
