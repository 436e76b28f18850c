import type { Clock } from '../core/clock.ts';
import type { Connection } from '../remote/connection.ts';
import { pingResultSchema } from '../remote/protocol/wire.ts';

export interface RenewLeaseInput {
  readonly connection: Connection;
  readonly graceS: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told the round trip of each ping, milliseconds. */
  readonly onLatency?: (ms: number) => void;
}

/** Pings often enough that one lost ping never costs the lease, and that the latency shown is fresh. */
const pingIntervalMs = (graceS: number): number => Math.min(10_000, (graceS * 1000) / 4);

/**
 * Keeps the agent, and every viewer of this connection, from taking us for gone; until aborted. Never
 * rejects.
 */
export const renewLease = async (input: RenewLeaseInput): Promise<void> => {
  const { connection, graceS, clock, signal, onLatency } = input;
  try {
    while (!signal.aborted) {
      const sentMs = clock.monotonicMs();
      await connection.agent.request('ping', {}, pingResultSchema, { signal });
      onLatency?.(clock.monotonicMs() - sentMs);
      await clock.sleep(pingIntervalMs(graceS), { signal, ref: 'unref' });
    }
  } catch {
    // Cancelled, or the connection is gone: whoever waits learns of either by other means.
  }
};
