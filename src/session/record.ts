import type { SshTarget } from '../ssh/target.ts';
import type { Plan } from './plan.ts';

/** What does not change while a session is open. */
export interface SessionRecord {
  /** What people call it: the host, with a number where it has several. */
  readonly name: string;
  readonly target: SshTarget;
  readonly plan: Plan;
  readonly localPort: number;
  /** With the token, where there is one. */
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
}
