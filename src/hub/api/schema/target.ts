import * as z from 'zod';

/**
 * How to prove who one is, for this attempt alone. `config` leaves it to the user's ssh config. No secret
 * is in here: ssh asks for those, and they come as answers to prompts.
 */
export const authSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('config') }),
  /** This key and no other; absolute, or with `~/` at its start. */
  z.strictObject({ kind: z.literal('key'), path: z.string().min(1).max(4096) }),
  z.strictObject({ kind: z.literal('password') }),
  /** The keys that the agent holds, and no others. */
  z.strictObject({ kind: z.literal('agent') }),
]);
export type Auth = z.infer<typeof authSchema>;

/** Where to: a server by ssh, or this machine without it. */
export const targetSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ssh'),
    /** Alias of the ssh config, a name, an address, or `user@host`. Failures of it: `invalid-host`. */
    host: z.string().max(64 * 1024),
    /** null leaves it to the ssh config (22). */
    port: z.number().int().min(1).max(65_535).nullable(),
    /** null leaves it to the ssh config. */
    user: z
      .string()
      .max(64 * 1024)
      .nullable(),
    auth: authSchema,
  }),
  z.strictObject({ kind: z.literal('here') }),
]);
export type Target = z.infer<typeof targetSchema>;

/** The way that ssh took, as `ssh -G` tells it. */
export const routeSchema = z.object({
  hostname: z.string(),
  user: z.string(),
  port: z.number().int(),
  /** ProxyJump, from here to there; empty for a direct way. */
  jumpHosts: z.array(z.string()),
  /** ProxyCommand, where there is one. */
  proxyCommand: z.string().nullable(),
});
export type Route = z.infer<typeof routeSchema>;
