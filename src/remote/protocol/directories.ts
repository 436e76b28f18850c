/** Paths on the server: `check-path`, `list`. */
import * as z from 'zod';
import { count, path, shortText } from './wire.ts';

/** What lies at a path; `~` at its start is the user's home. */
export const placeSchema = z.object({
  /** Absolute, `~` expanded, links kept. */
  path,
  kind: z.enum(['directory', 'file', 'other', 'missing']),
  readable: z.boolean(),
  writable: z.boolean(),
  /** For a missing path: the nearest parent that exists. */
  nearestParent: path.nullable(),
});
export type Place = z.infer<typeof placeSchema>;

/** Result of `check-path` {path}: with the runs below it. */
export const checkPathResultSchema = placeSchema.extend({ runs: count, runsCapped: z.boolean() });

/** Result of `list` {path}: the directories in a directory; links to some are among them. */
export const directoryResultSchema = z.object({
  /** Absolute, `~` expanded, links kept. */
  path,
  /** null at the root. */
  parent: path.nullable(),
  /** By name, hidden ones last. */
  entries: z
    .array(
      z.object({
        name: z.string().max(4096),
        /** Whether it can be entered, as far as its mode tells. */
        readable: z.boolean(),
        /** Looks like a storage root. */
        isRoot: z.boolean(),
      }),
    )
    .max(1000),
  /** Entries beyond the limit were left out. */
  truncated: z.boolean(),
  /** Why it could not be read, or not to its end, in a sentence; null where it was. */
  problem: shortText.nullable(),
});
export type DirectoryResult = z.infer<typeof directoryResultSchema>;
