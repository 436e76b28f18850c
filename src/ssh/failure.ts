import type { PortholeErrorOptions } from '../core/errors.ts';
import type { AskedPrompt } from './askpass/prompt.ts';
import type { Exit } from './spawn-process.ts';

/** `connect`: until the agent has said hello; `open`: from then on. */
export type ConnectionPhase = 'connect' | 'open';

export interface FailureInput extends Exit {
  /** ssh's own, under LC_ALL=C. */
  readonly stderr: string;
  /** As the user named it. */
  readonly host: string;
  /** What stands behind `ssh` to get there by hand (see `destinationWords`); the host unless told. */
  readonly destination?: string;
  readonly phase: ConnectionPhase;
  /** What ssh asked on the way. */
  readonly asked?: readonly AskedPrompt[];
}

/** A failure of ssh with its name, the fact and the next step. */
export type Failure = Required<Pick<PortholeErrorOptions, 'code' | 'message' | 'hint'>>;

/** What a row gets to explain its match with. */
export interface FailureContext extends FailureInput {
  readonly destination: string;
  readonly match: RegExpExecArray;
}

/** One text of ssh and what it means. */
export interface FailureRow {
  /** Anchored at line starts: a banner or an agent's words in the middle of a line are nobody's failure. */
  readonly pattern: RegExp;
  /** After hello, the far end writes on the same stderr; login texts count only before. */
  readonly phases: readonly ConnectionPhase[];
  explain(context: FailureContext): Failure;
}
