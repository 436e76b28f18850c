import * as z from 'zod';

/** A question of ssh that waits for a person. What is answered goes to ssh and nowhere else. */
export const promptSchema = z.object({
  id: z.string(),
  /** Who waits for it. */
  for: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('opening'), opening: z.string() }),
    z.object({ kind: z.literal('session'), session: z.string() }),
    z.object({ kind: z.literal('doctor'), doctor: z.string() }),
    z.object({ kind: z.literal('here') }),
  ]),
  /** `notice` asks nothing (touch your key): it goes by itself, and can only be cancelled. */
  kind: z.enum(['host-key', 'password', 'passphrase', 'code', 'confirmation', 'notice', 'text']),
  /** ssh's own words, in lines; in part written by the server. */
  text: z.string(),
  /** The host that the user named; with a jump host the text may name another. */
  host: z.string(),
  /** Whether what is typed may be seen. */
  echo: z.enum(['shown', 'hidden']),
  /** Read from ssh's words, for `host-key`; null where they could not be read. */
  hostKey: z
    .object({
      /** The host as ssh names it, with its address. */
      host: z.string(),
      /** `ED25519`, `RSA`, ... */
      type: z.string(),
      /** `SHA256:...`. */
      fingerprint: z.string(),
    })
    .nullable(),
  /** ISO 8601. */
  askedAt: z.string(),
});
export type Prompt = z.infer<typeof promptSchema>;

/** `host-key` and `confirmation` are answered by `yes` or `no`, as ssh's text asks. */
export const promptAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answer'), text: z.string().max(16 * 1024) }),
  z.strictObject({ kind: z.literal('cancel') }),
]);
export type PromptAnswer = z.infer<typeof promptAnswerSchema>;
