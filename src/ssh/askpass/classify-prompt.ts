import type { PromptKind } from './prompt.ts';

/** What ssh hands to its askpass program. */
export interface PromptInput {
  /** argv[1]. */
  readonly text: string;
  /** SSH_ASKPASS_PROMPT: empty for host keys and passwords, so that the text has to tell. */
  readonly hint: string;
}

/** Says what a prompt is for. Pure; by the words of OpenSSH's client, then by those servers use. */
export const classifyPrompt = ({ text, hint }: PromptInput): PromptKind => {
  if (hint === 'confirm') return 'confirmation';
  if (hint === 'none') return 'notice';
  return RULES.find(({ pattern }) => pattern.test(text))?.kind ?? 'text';
};

/**
 * Whether what is typed may be seen. Whatever a server asks is hidden: whether it wanted an echo does
 * not reach the askpass program, and a passcode can begin with a PIN.
 */
export const echoOf = (kind: PromptKind): 'shown' | 'hidden' =>
  kind === 'host-key' || kind === 'confirmation' ? 'shown' : 'hidden';

/**
 * ssh begins a server's own questions with "(user@host) ", so the anchored ones cannot be forged by it
 * (under an old ssh they can: the answer to a host key is then shown while it is typed, no more).
 */
const RULES: readonly { readonly pattern: RegExp; readonly kind: PromptKind }[] = [
  { pattern: /^The authenticity of host '/, kind: 'host-key' },
  { pattern: /^Please type 'yes'(?:,| or) 'no'/, kind: 'host-key' },
  // The address's key differs, a key found in DNS, and other warnings that end in the same question.
  {
    pattern: /^[^(][\s\S]*Are you sure you want to continue connecting \(yes\/no/,
    kind: 'host-key',
  },
  { pattern: /^(?:Enter passphrase for |Bad passphrase, try again for )/, kind: 'passphrase' },
  { pattern: /^Enter PIN for /, kind: 'passphrase' },
  {
    pattern:
      /one[- ]?time|verification code|authenticat(?:or|ion) code|passcode|\botp\b|\btoken\b|\bduo\b|\b2fa\b|\bmfa\b|\bcode\b/i,
    kind: 'code',
  },
  { pattern: /passphrase/i, kind: 'passphrase' },
  { pattern: /password/i, kind: 'password' },
];
