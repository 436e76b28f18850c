import { type CANCEL_SYMBOL, confirm, isCancel, select, text } from '@clack/prompts';
import { PortholeError } from '../core/errors.ts';
import { singleLine } from '../core/text.ts';
import { storagesOf } from '../session/candidates.ts';
import type { PlanAnswer, PlanQuestion, PlanSummary } from '../session/interaction.ts';
import { viewerOf } from '../viewers/registry.ts';
import { renderEnvironments } from './environment-table.ts';
import { runCount } from './storage-table.ts';
import type { Terminal } from './terminal.ts';

/** Room that the frame of a list takes in the terminal. */
const FRAME_WIDTH = 6;
const ANOTHER_PATH = '';

/**
 * Lets the user pick environment and storage root from what the probe found.
 *
 * @throws PortholeError `interrupted` when the user gives up
 */
export const pick = async (
  question: PlanQuestion,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<PlanAnswer> => {
  const { probe, suggestion } = question;
  const viewer = viewerOf(question.viewer);
  const { environments, header, lines } = renderEnvironments(probe, {
    width: terminal.width - FRAME_WIDTH,
    title: (title) => title,
  });
  const prefix = answered(
    await select({
      message: `Environment on ${singleLine(question.host)}\n  ${header}`,
      initialValue: suggestion.prefix,
      maxItems: 12,
      options: environments.map((environment, i) => ({
        value: environment.prefix,
        label: lines[i] ?? '',
        disabled: environment.packages[viewer.distribution] === undefined,
      })),
      signal,
      output: process.stderr,
    }),
  );
  return { prefix, storage: await pickStorage(question, signal) };
};

const pickStorage = async (question: PlanQuestion, signal: AbortSignal): Promise<string> => {
  const roots = storagesOf(question.probe);
  const chosen =
    roots.length === 0
      ? ANOTHER_PATH
      : answered(
          await select({
            message: 'Storage root',
            initialValue: question.suggestion.storage ?? roots[0]?.path ?? ANOTHER_PATH,
            options: [
              ...roots.map((root) => ({
                value: root.path,
                label: singleLine(root.path),
                hint: runCount(root),
              })),
              { value: ANOTHER_PATH, label: 'another path ...' },
            ],
            signal,
            output: process.stderr,
          }),
        );
  if (chosen !== ANOTHER_PATH) return chosen;
  return answered(
    await text({
      message: 'Path of the storage root on the server',
      placeholder: '/data/experiments',
      validate: (value) => (value?.trim() ? undefined : 'A path is needed.'),
      signal,
      output: process.stderr,
    }),
  );
};

/** Shows what is about to be started, and asks. */
export const confirmStart = async (
  summary: PlanSummary,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<'start' | 'cancel'> => {
  const { bold, dim } = terminal.errStyle;
  const row = (label: string, value: string, detail: string) =>
    terminal.err(`  ${label.padEnd(13)}${singleLine(value)}  ${dim(singleLine(detail))}`.trimEnd());
  terminal.err(`\n  ${bold(`Start on ${singleLine(summary.host)}`)}`);
  row('environment', summary.environment, summary.prefix);
  row('viewer', `${summary.viewer} ${summary.viewerVersion}`, '');
  row('storage', summary.storage, summary.runs === null ? '' : `${summary.runs} runs`);
  const answer = await confirm({ message: 'Start?', signal, output: process.stderr });
  return answered(answer) ? 'start' : 'cancel';
};

const answered = <T>(answer: T | typeof CANCEL_SYMBOL): T => {
  if (!isCancel(answer)) return answer;
  throw new PortholeError({ code: 'interrupted', message: 'Nothing was chosen, nothing started.' });
};
