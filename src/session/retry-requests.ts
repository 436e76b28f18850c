import type { Interaction } from './interaction.ts';

/** "Retry now", from whoever asks, to the loop that waits. */
export interface RetryRequests {
  /** Wakes the loop; with its interaction, ssh may ask for a password again. */
  ask(interaction: Interaction): void;
  /** Resolves with the next request; rejects when aborted. */
  next(signal: AbortSignal): Promise<Interaction>;
}

export const createRetryRequests = (): RetryRequests => {
  const waiting = new Set<(interaction: Interaction) => void>();
  return {
    ask: (interaction) => {
      for (const wake of waiting) wake(interaction);
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
        signal.addEventListener('abort', abort, { once: true });
        waiting.add(wake);
      }),
  };
};
