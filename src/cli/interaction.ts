import type { Interaction, OpenEvent } from '../session/interaction.ts';
import type { Terminal } from './terminal.ts';
import { createTerminalPrompter } from './terminal-prompter.ts';

export interface TerminalInteractionInput {
  readonly terminal: Terminal;
  readonly report: (event: OpenEvent) => void;
  /** Whether choices may be asked; ssh's own questions go to the terminal in any case, if there is one. */
  readonly asks: 'person' | 'nobody';
  /** Ctrl+C at a question. */
  readonly onInterrupt: () => void;
}

/** The interaction with whoever sits at this terminal. */
export const terminalInteraction = (input: TerminalInteractionInput): Interaction => {
  const { terminal, report, asks, onInterrupt } = input;
  return {
    report,
    prompter: createTerminalPrompter({
      onInterrupt,
      onPrompting: (phase) => {
        if (phase === 'begin') terminal.progress('');
      },
    }),
    // Loaded when they are needed: most calls ask nothing.
    choose:
      asks === 'nobody'
        ? undefined
        : async (question, signal) =>
            (await import('./pick.ts')).pick(question, terminal.asking, signal),
    confirm:
      asks === 'nobody'
        ? undefined
        : async (summary, signal) =>
            (await import('./pick.ts')).confirmStart(summary, terminal.asking, signal),
  };
};
