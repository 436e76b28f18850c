import * as z from 'zod';
import { targetSchema } from './target.ts';

/** A connection that the user keeps; holds no secret. */
export const savedWishSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  target: targetSchema,
  /** null leaves it to porthole. */
  viewer: z.string().max(64).nullable(),
  /** Name, prefix or interpreter. */
  environment: z.string().max(4096).nullable(),
  storage: z.string().max(4096).nullable(),
  access: z.enum(['read-only', 'manage']).default('read-only'),
});
export type SavedWish = z.input<typeof savedWishSchema>;

export const savedSchema = savedWishSchema.extend({
  saved: z.string(),
  /** ISO 8601. */
  createdAt: z.string(),
  /** ISO 8601; null before the first time. */
  lastOpenedAt: z.string().nullable(),
});
export type Saved = z.infer<typeof savedSchema>;
