import * as z from 'zod';
import {
  checkPathResultSchema,
  directoryResultSchema,
} from '../../../remote/protocol/directories.ts';

/** A path: absolute, or with `~` at its start. */
export const pathWishSchema = z.strictObject({ path: z.string().min(1).max(4096) });
export type PathWish = z.infer<typeof pathWishSchema>;

/** What is in a directory of the server. */
export const directorySchema = directoryResultSchema;
export type Directory = z.infer<typeof directorySchema>;

/** What a path of the server is as a storage root. */
export const checkedPathSchema = checkPathResultSchema;
export type CheckedPath = z.infer<typeof checkedPathSchema>;
