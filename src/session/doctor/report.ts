import type { ErrorCode } from '../../core/errors.ts';

/** The checks in the order in which they are made; scripts match on these names. */
export const CHECK_IDS = [
  'here',
  'hub',
  'ssh',
  'config',
  'name',
  'tcp',
  'handshake',
  'host-key',
  'authentication',
  'login-shell',
  'python',
  'server',
  'runtime-directory',
  'leftovers',
  'environments',
  'start',
  'multiplexing',
  'forward-socket',
  'forward-tcp',
  'agent-channel',
  'stop',
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

/** What a check came to: a warning lets a viewer open, a failure does not. */
export type Finding =
  | { readonly verdict: 'ok'; readonly fact: string }
  | {
      readonly verdict: 'warning';
      readonly fact: string;
      /** What is odd, in a sentence. */
      readonly cause: string;
      readonly remedy: string;
    }
  | {
      readonly verdict: 'failed';
      /** Name of the failure that `open` would end with. */
      readonly code: ErrorCode;
      readonly cause: string;
      readonly remedy: string;
    };

export type Verdict = Finding['verdict'] | 'not-reached';

/** A check that has been made, or could not be. Texts hold no secret and no control characters. */
export interface CheckResult {
  readonly check: CheckId;
  /** For people. */
  readonly title: string;
  readonly verdict: Verdict;
  readonly ms: number;
  /** What was found; null where nothing was. */
  readonly fact: string | null;
  /** What is wrong; null where nothing is. */
  readonly cause: string | null;
  readonly remedy: string | null;
  readonly code: ErrorCode | null;
  /** Of a check that was not reached: the one whose failure stood in the way. */
  readonly because: CheckId | null;
  /** What shows the same by hand; for people, never run by porthole. */
  readonly command: string | null;
}

/** The end of an examination. */
export interface Summary {
  readonly host: string;
  /** The worst of all. */
  readonly verdict: Finding['verdict'];
  /** The first check that failed. */
  readonly failed: CheckResult | null;
  readonly warnings: number;
  readonly ms: number;
}

/** An examination as it goes: what a terminal or a page shows line by line. */
export type DoctorEvent =
  | {
      readonly type: 'check';
      readonly status: 'start';
      readonly check: CheckId;
      readonly title: string;
    }
  | ({ readonly type: 'check'; readonly status: 'done' } & CheckResult)
  | ({ readonly type: 'summary' } & Summary);
