/**
 * What ssh asks for. `text` is a question of the server that fits nothing else; `notice` only wants to
 * be shown (touch your key).
 */
export type PromptKind =
  | 'host-key'
  | 'password'
  | 'passphrase'
  | 'code'
  | 'confirmation'
  | 'notice'
  | 'text';

/** A question of ssh, on its way to whoever asked for the session. */
export interface Prompt {
  /** Unique within this process. */
  readonly id: string;
  readonly kind: PromptKind;
  /** ssh's own words: neutralised, 4000 characters at most; in part written by the server. */
  readonly text: string;
  /** The host that the user named; with a jump host, the text may name another. */
  readonly host: string;
  /** Whether what is typed may be seen. */
  readonly echo: 'shown' | 'hidden';
}

/** `unavailable`: nobody can be asked here. */
export type PromptAnswer =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'refuse'; readonly reason: 'user' | 'unavailable' };

/** Asks a person. The signal aborts when ssh no longer waits for the answer. */
export type Prompter = (prompt: Prompt, signal: AbortSignal) => Promise<PromptAnswer>;

/** What became of a prompt, so that a failed login can be explained; the answer is not in here. */
export interface AskedPrompt {
  readonly kind: PromptKind;
  readonly text: string;
  readonly outcome: 'answered' | 'refused' | 'unavailable' | 'cancelled';
}

/** For connections in the background and where there is no terminal. */
export const refusingPrompter: Prompter = async () => ({ kind: 'refuse', reason: 'unavailable' });
