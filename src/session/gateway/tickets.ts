import type { Clock } from '../../core/clock.ts';
import { createToken, equalsSecret } from './secrets.ts';

/** How long a browser may take to start. */
const LIFE_MS = 120_000;
/** Each start of a browser takes one; more than this are nobody's browsers. */
const MAX_TICKETS = 16;

/**
 * Secrets that let a browser in once. A browser is started with its address on a command line, which
 * every account of the machine can read (/proc/PID/cmdline, ps): the token must not stand there.
 */
export interface Tickets {
  issue(): string;
  /** Those that still hold. */
  valid(): readonly string[];
  /** Uses one up. */
  take(ticket: string): void;
}

export const createTickets = (clock: Clock): Tickets => {
  let tickets: readonly { readonly ticket: string; readonly untilMs: number }[] = [];
  const keep = (wanted: (ticket: string) => boolean) => {
    const nowMs = clock.monotonicMs();
    tickets = tickets.filter((one) => one.untilMs > nowMs && wanted(one.ticket));
  };
  return {
    issue: () => {
      const ticket = createToken();
      tickets = [...tickets, { ticket, untilMs: clock.monotonicMs() + LIFE_MS }].slice(
        -MAX_TICKETS,
      );
      return ticket;
    },
    valid: () => {
      keep(() => true);
      return tickets.map(({ ticket }) => ticket);
    },
    take: (taken) => keep((ticket) => !equalsSecret(ticket, taken)),
  };
};
