import { singleLine } from '../core/text.ts';
import type { LaunchPlan } from './plan.ts';

/** What is said before the start of a viewer that others on the server can reach; undefined where none can. */
export const reachNote = ({ viewer }: LaunchPlan, host: string): string | undefined =>
  viewer.listens === 'port' && viewer.token === undefined
    ? `${viewer.title} serves a port of ${host} instead of a private socket: other accounts there can reach it while it is open.`
    : undefined;

/** What is said of a viewer that took connections from more than this machine; undefined where it did not. */
export const exposedNote = (
  { viewer }: LaunchPlan,
  listensAt: readonly string[],
  host: string,
): string | undefined => {
  const open = listensAt.filter((address) => !isLoopback(address)).map(singleLine);
  return open.length === 0
    ? undefined
    : `${viewer.title} listens at ${open.join(', ')}: every machine that reaches ${host} can open it. Tell it to listen at 127.0.0.1.`;
};

const isLoopback = (address: string): boolean => /^(?:127\.|\[::1\]|\[::ffff:127\.)/.test(address);
