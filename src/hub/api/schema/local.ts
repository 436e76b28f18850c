import * as z from 'zod';
import { gpuSchema, storageRootSchema } from '../../../remote/protocol/probe.ts';
import { routeSchema, targetSchema } from './target.ts';

/** A host that the Connect field completes. */
export const hostSchema = z.object({
  host: z.string(),
  /** Where the ssh config names it. */
  alias: z.object({ file: z.string(), line: z.number().int() }).nullable(),
  /** ISO 8601; when it was opened last. */
  lastUsedAt: z.string().nullable(),
  /** Saved connections to it. */
  saved: z.array(z.string()),
  /** The fields that led to it the last time; null where it was not opened, or otherwise than they can say. */
  target: targetSchema.nullable(),
});
export type Host = z.infer<typeof hostSchema>;

/** Saved ones first, then those used last, then the ssh config in its order. */
export const hostListSchema = z.object({
  hosts: z.array(hostSchema),
  /** Why the ssh config could not be read, in a sentence. */
  problem: z.string().nullable(),
});

/** What `ssh -G` makes of a host. */
export const resolvedSchema = routeSchema.extend({
  host: z.string(),
  identityFiles: z.array(z.object({ path: z.string(), exists: z.boolean() })),
});
export type Resolved = z.infer<typeof resolvedSchema>;

/** What a file is as a key. */
export const keyFileSchema = z.object({
  /** Absolute. */
  path: z.string(),
  /** As it is shown: `~/.ssh/id_ed25519`. */
  label: z.string(),
  kind: z.enum(['private-key', 'public-key', 'not-a-key', 'directory', 'missing', 'unreadable']),
  /** `ed25519`, `rsa`, ...; null where it does not tell. */
  type: z.string().nullable(),
  /** Whether it asks for a passphrase; null where it does not tell. */
  encrypted: z.boolean().nullable(),
  /** Others can read it: ssh refuses such a key. */
  tooOpen: z.boolean(),
  /** From its public half. */
  comment: z.string().nullable(),
  /** What is wrong with it and what to do, in a sentence; null where it can be used. */
  problem: z.string().nullable(),
});
export type KeyFile = z.infer<typeof keyFileSchema>;

/** The private keys in ~/.ssh. */
export const keyListSchema = z.object({ directory: z.string(), keys: z.array(keyFileSchema) });

/** What `ssh-add -l` lists. */
export const agentSchema = z.object({
  state: z.enum(['running', 'none']),
  keys: z.array(
    z.object({
      bits: z.number().int(),
      fingerprint: z.string(),
      comment: z.string(),
      type: z.string(),
    }),
  ),
  /** Why there is none, in a sentence. */
  reason: z.string().nullable(),
});
export type SshAgent = z.infer<typeof agentSchema>;

/** This machine's own storage. */
export const hereSchema = z.object({
  hostname: z.string(),
  user: z.string(),
  home: z.string(),
  storageRoots: z.array(storageRootSchema),
  gpus: z.array(gpuSchema),
});
export type Here = z.infer<typeof hereSchema>;
