import type { Interaction } from '../../session/interaction.ts';
import type { Prompt } from '../api/schema/prompt.ts';
import type { PromptBoard } from './prompt-board.ts';

/** Nobody is asked to choose; ssh's questions go to the dashboard. */
const promptsOnly = (prompts: PromptBoard, owner: Prompt['for']): Interaction => ({
  prompter: prompts.prompterFor(owner),
  choose: undefined,
  confirm: undefined,
  report: () => undefined,
});

/** For "Retry now": ssh may ask for a password again. */
export const retryInteraction = (prompts: PromptBoard, session: string): Interaction =>
  promptsOnly(prompts, { kind: 'session', session });

/** For a look at this machine, which asks nothing. */
export const lookInteraction = (prompts: PromptBoard): Interaction =>
  promptsOnly(prompts, { kind: 'here' });
