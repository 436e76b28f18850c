import type { Clock } from '../core/clock.ts';
import type { ServedHub } from '../hub/serve-hub.ts';
import type { CliEnvironment } from './environment.ts';
import type { Interrupts } from './interruptible.ts';

/** A hub that lives in this terminal. */
export interface HeldHub {
  readonly cli: Pick<CliEnvironment, 'terminal' | 'exitNow'>;
  readonly hub: ServedHub;
  readonly clock: Clock;
  readonly interrupts: Interrupts;
}

/**
 * After Ctrl+C: waits for a second one where others have something open in this hub, which would end
 * with it; or until that has gone. A script, or a terminal that is closed, is not asked.
 */
export const spareOthers = async (
  { cli, hub, interrupts }: Omit<HeldHub, 'clock'>,
  others: readonly string[],
): Promise<void> => {
  if (others.length === 0) return;
  const { terminal } = cli;
  const names = others.join(', ');
  if (terminal.person === 'absent' || !interrupts.byHand()) {
    terminal.err(
      `  ${names}, opened by other terminals, end${others.length === 1 ? 's' : ''} too.`,
    );
    return;
  }
  const them = others.length === 1 ? 'it' : 'them';
  terminal.err(
    `  Still open here, from other terminals: ${names}. Ctrl+C again ends ${them} too; else this porthole stays until ${them === 'it' ? 'it has' : 'they have'} ended.`,
  );
  const waiting = new AbortController();
  const stopListening = { now: () => {} };
  const gone = new Promise<void>((resolve) => {
    const check = () => {
      const left = new Set(hub.list().map(({ session }) => session));
      if (!others.some((name) => left.has(name))) resolve();
    };
    stopListening.now = hub.onChange(check);
    check();
  });
  await Promise.race([gone, interrupts.next(waiting.signal)]);
  waiting.abort();
  stopListening.now();
};

/** From then on one is told that it can be cut short; a Ctrl+C that came twice by mistake is over. */
const PATIENCE_MS = 1500;

/**
 * Ends a hub. Where a server keeps it waiting, one more Ctrl+C ends the process at once: what is open
 * there then ends with its lease.
 */
export const closeHub = async (held: HeldHub, reason: string): Promise<void> => {
  const { cli, hub, clock, interrupts } = held;
  const closed = new AbortController();
  const offerToCut = async () => {
    await clock.sleep(PATIENCE_MS, { signal: closed.signal });
    cli.terminal.err('  A server takes its time to answer; Ctrl+C again does not wait for it.');
    await interrupts.next(closed.signal);
    cli.terminal.err('  Not waited for: what is open there ends when its grace time is over.');
    cli.exitNow(130);
  };
  // It ends with the wait that it cuts short.
  offerToCut().catch(() => undefined);
  try {
    await hub.close(reason);
  } finally {
    closed.abort();
  }
};
