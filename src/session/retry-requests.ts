import type { Interaction } from './interaction.ts';

/** "Retry now", from whoever asks, to the loop that waits. */
export interface RetryRequests {
  /**
   * Wakes the loop, or is kept for when it next waits; with its interaction, ssh may ask for a password
   * again. The returned function takes back what nobody has come for.
   */
  ask(interaction: Interaction): () => void;
  /** Resolves with the next request; rejects when aborted. */
  next(signal: AbortSignal): Promise<Interaction>;
}

export const createRetryRequests = (): RetryRequests => {
  const waiting = new Set<(interaction: Interaction) => void>();
  let kept: Interaction | undefined;
  return {
    ask: (interaction) => {
      if (waiting.size === 0) kept = interaction;
      for (const wake of waiting) wake(interaction);
      return () => {
        if (kept === interaction) kept = undefined;
      };
    },
    next: (signal) =>
      new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(wake);
          signal.removeEventListener('abort', abort);
        };
        const abort = () => {
          leave();
          reject(signal.reason);
        };
        const wake = (interaction: Interaction) => {
          leave();
          resolve(interaction);
        };
        if (signal.aborted) return abort();
        if (kept !== undefined) {
          const interaction = kept;
          kept = undefined;
          return resolve(interaction);
        }
        signal.addEventListener('abort', abort, { once: true });
        waiting.add(wake);
      }),
  };
};
