import { PortholeError } from '../core/errors.ts';
import type { CliEnvironment } from './environment.ts';

/**
 * Runs work that ends cleanly when the user interrupts: at the first SIGINT, SIGTERM or SIGHUP, and at
 * Ctrl+C in a question, its signal aborts with `interrupted`.
 */
export const interruptible = async <T>(
  cli: Pick<CliEnvironment, 'onSignal'>,
  work: (signal: AbortSignal, interrupt: () => void) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController();
  const interrupt = () =>
    controller.abort(new PortholeError({ code: 'interrupted', message: 'Interrupted.' }));
  const stopListening = cli.onSignal(interrupt);
  try {
    return await work(controller.signal, interrupt);
  } finally {
    stopListening();
  }
};
