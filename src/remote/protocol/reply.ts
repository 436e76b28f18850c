/** What the agent answers with, whatever it was asked. */
import * as z from 'zod';
import { placeSchema } from './directories.ts';
import { count } from './wire.ts';

/** Codes of the agent's error replies. */
export const AGENT_ERROR_CODES = [
  'bad-request',
  'unknown-op',
  'session-exists',
  'session-unknown',
  'runtime-directory',
  'storage-missing',
  'storage-unreadable',
  'launch-failed',
  'internal',
] as const;

export const replySchema = z.union([
  z.object({ id: count, result: z.unknown() }),
  z.object({
    id: count,
    error: z.object({
      code: z.enum(AGENT_ERROR_CODES),
      message: z.string().max(8192),
      /** For storage errors: what `check-path` found. */
      storage: z.lazy(() => placeSchema).optional(),
    }),
  }),
]);
export type Reply = z.infer<typeof replySchema>;
