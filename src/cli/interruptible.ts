import { PortholeError } from '../core/errors.ts';
import type { CliEnvironment } from './environment.ts';

/** What came after, or before, the interrupt that a command's signal tells of. */
export interface Interrupts {
  /** Whether it was Ctrl+C; else a signal from elsewhere, or a terminal that has gone. */
  byHand(): boolean;
  /** Resolves at the next one from now on; aborted, it never does. */
  next(until: AbortSignal): Promise<void>;
}

/**
 * Runs work that ends cleanly when the user interrupts: at the first SIGINT, SIGTERM or SIGHUP, at
 * Ctrl+C in a question, and when nobody reads its output any more, its signal aborts with `interrupted`.
 */
export const interruptible = async <T>(
  cli: Pick<CliEnvironment, 'onSignal' | 'terminal'>,
  work: (signal: AbortSignal, interrupt: () => void, interrupts: Interrupts) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController();
  const waiting = new Set<() => void>();
  let first: 'by-hand' | 'otherwise' | undefined;
  const interrupt = (how: 'by-hand' | 'otherwise') => {
    first ??= how;
    controller.abort(new PortholeError({ code: 'interrupted', message: 'Interrupted.' }));
    for (const wake of [...waiting]) wake();
  };
  const stopListening = [
    cli.onSignal((signal) => interrupt(signal === 'SIGINT' ? 'by-hand' : 'otherwise')),
    cli.terminal.onGone(() => interrupt('otherwise')),
  ];
  const interrupts: Interrupts = {
    byHand: () => first === 'by-hand',
    next: (until) =>
      new Promise((resolve) => {
        if (until.aborted) return;
        waiting.add(resolve);
        until.addEventListener('abort', () => waiting.delete(resolve), { once: true });
      }),
  };
  try {
    return await work(controller.signal, () => interrupt('by-hand'), interrupts);
  } finally {
    for (const stop of stopListening) stop();
  }
};
