import { PortholeError } from '../core/errors.ts';
import type { Connection } from '../remote/connection.ts';
import type { Gateway } from './gateway/gateway.ts';
import { healthPathOf, isHealthy, type Plan } from './plan.ts';

export interface CheckEndToEndInput {
  readonly gateway: Gateway;
  readonly connection: Connection;
  readonly plan: Plan;
  readonly host: string;
  readonly signal: AbortSignal;
}

/**
 * A request by the way that the browser will take, to the viewer's health address. Only its answer
 * counts: a server that forbids forwarding lets the forward be added all the same.
 *
 * @throws PortholeError `forward-refused`, `viewer-unhealthy`
 */
export const checkEndToEnd = async (input: CheckEndToEndInput): Promise<void> => {
  const { gateway, connection, plan, host, signal } = input;
  const answer = await gateway.check(healthPathOf(plan), signal);
  if (answer.answeredBy === 'gateway') {
    throw new PortholeError({
      code: 'forward-refused',
      message: `${host} lets the viewer run, but nothing through to it.`,
      hint: 'Neither by a forward nor over the agent’s channel an answer came. Look at the viewer’s output, or run it again with -v.',
      output: connection.stderr(),
    });
  }
  if (!isHealthy(plan, answer.status)) {
    throw new PortholeError({
      code: 'viewer-unhealthy',
      message: `${plan.viewer.title} answers its health request with status ${answer.status}.`,
      hint: 'Look at its log on the server, or try another environment with --env.',
      output: answer.body,
    });
  }
};
