import { PortholeError } from '../core/errors.ts';
import type { CliEnvironment } from './environment.ts';

/**
 * Runs work that ends cleanly when the user interrupts: at the first SIGINT, SIGTERM or SIGHUP, at
 * Ctrl+C in a question, and when nobody reads its output any more, its signal aborts with `interrupted`.
 */
export const interruptible = async <T>(
  cli: Pick<CliEnvironment, 'onSignal' | 'terminal'>,
  work: (signal: AbortSignal, interrupt: () => void) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController();
  const interrupt = () =>
    controller.abort(new PortholeError({ code: 'interrupted', message: 'Interrupted.' }));
  const stopListening = [cli.onSignal(interrupt), cli.terminal.onGone(interrupt)];
  try {
    return await work(controller.signal, interrupt);
  } finally {
    for (const stop of stopListening) stop();
  }
};
