import * as z from 'zod';
import { checkPathResultSchema } from '../../../remote/protocol.ts';

/** A path on the server: absolute, or with `~` at its start. */
export const pathWishSchema = z.strictObject({ path: z.string().min(1).max(4096) });
export type PathWish = z.infer<typeof pathWishSchema>;

/** What is in a directory of the server. */
export const directorySchema = z.object({
  /** Absolute, `~` expanded, links kept. */
  path: z.string(),
  /** null at the root. */
  parent: z.string().nullable(),
  /** Directories only, by name. */
  entries: z.array(
    z.object({
      name: z.string(),
      /** Whether it can be entered. */
      readable: z.boolean(),
      /** Looks like a storage root. */
      isRoot: z.boolean(),
    }),
  ),
  /** Entries beyond the limit were left out. */
  truncated: z.boolean(),
  /** Why it could not be read, or not to its end, in a sentence; null where it was. */
  problem: z.string().nullable(),
});
export type Directory = z.infer<typeof directorySchema>;

export const checkedPathSchema = checkPathResultSchema;
export type CheckedPath = z.infer<typeof checkedPathSchema>;
