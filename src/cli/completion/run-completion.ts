import { bashReplacement, readBashLine } from './bash-line.ts';
import { type Completion, complete } from './complete.ts';
import { createLookup, type Surroundings } from './lookup.ts';

/**
 * Answers the script of a shell, one candidate a line, or `:files` where the shell completes by itself.
 *
 *   __complete bash LINE WORDBREAKS         LINE up to the cursor; answers in bash's quoting
 *   __complete zsh|fish WORD... CURRENT     answers VALUE, tab, description; the shell quotes
 */
export const runCompletion = async (
  [shell, ...words]: readonly string[],
  surroundings: Surroundings,
): Promise<string> => {
  const lookup = createLookup(surroundings);
  if (shell === 'bash') {
    const [text = '', wordBreaks = ''] = words;
    const line = readBashLine(text, wordBreaks);
    const found = await complete(line.before.slice(1), line.current, lookup);
    return answer(found, ({ value }) => bashReplacement(value, line));
  }
  const found = await complete(words.slice(0, -1), words.at(-1) ?? '', lookup);
  return answer(found, ({ value, description }) => `${value}\t${description}`);
};

type Line = (candidate: { value: string; description: string }) => string | undefined;

const answer = (completion: Completion, line: Line): string => {
  if (completion.kind === 'files') return ':files\n';
  const lines = completion.candidates.map(line).filter((one) => one !== undefined);
  return lines.map((one) => `${one}\n`).join('');
};
