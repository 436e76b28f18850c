import type { Deadline } from '../core/deadline.ts';
import type { Interaction } from './interaction.ts';

/** The same interaction, with the deadline standing still while a person is asked. */
export const outsideDeadline = (interaction: Interaction, deadline: Deadline): Interaction => {
  const { prompter, choose, confirm, report } = interaction;
  return {
    report,
    prompter: (prompt, signal) => deadline.pauseDuring(() => prompter(prompt, signal)),
    choose: choose && ((question, signal) => deadline.pauseDuring(() => choose(question, signal))),
    confirm: confirm && ((summary, signal) => deadline.pauseDuring(() => confirm(summary, signal))),
  };
};
