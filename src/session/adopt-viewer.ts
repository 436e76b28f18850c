import type { Connection } from '../remote/connection.ts';
import type { AdoptRequest } from '../remote/protocol/probe.ts';
import { adoptRefused } from './adopt-plan.ts';
import type { AdoptPlan } from './plan.ts';

export interface AdoptViewerInput {
  readonly connection: Connection;
  readonly plan: AdoptPlan;
  readonly signal: AbortSignal;
}

/** What is known of a viewer that was looked at just now. */
export interface AdoptedViewer {
  /** What it asks for; "" where it asks for nothing, or its user types it. */
  readonly token: string;
}

/**
 * Makes sure, right before the way to it is made, that a viewer is still the process that was found, and
 * that nobody else has its address. Nothing is started, and nothing noted on the server.
 *
 * @throws PortholeError `adopt-refused`
 */
export const adoptViewer = async (input: AdoptViewerInput): Promise<AdoptedViewer> => {
  const { connection, plan, signal } = input;
  const result = await connection.adopt(requestOf(plan, 0), signal);
  if (result.state === 'gone') throw adoptRefused(plan, result.reason);
  return { token: result.token };
};

/** How long one question may stay open: a server that has lost us does not keep it for ever. */
const WAIT_S = 50;

/**
 * Resolves, with the reason, when an adopted viewer is over: has ended, or let go of its address, which
 * others may take. Never where the connection is lost.
 *
 * @throws the signal's reason when aborted
 */
export const adoptedEnd = async (input: AdoptViewerInput): Promise<string> => {
  const { connection, plan, signal } = input;
  for (;;) {
    const result = await connection.adopt(requestOf(plan, WAIT_S), signal);
    if (result.state === 'gone') return result.reason;
  }
};

const requestOf = ({ running, viewer }: AdoptPlan, waitS: number): AdoptRequest => ({
  process: running.process,
  endpoint: running.endpoint,
  list: viewer.startedAs?.list ?? null,
  waitS,
});
