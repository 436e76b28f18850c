import * as z from 'zod';
import { ERROR_CODES } from '../../../core/errors.ts';
import { failureSchema } from './failure.ts';
import { targetSchema } from './target.ts';

export const doctorWishSchema = z.strictObject({ target: targetSchema });
export type DoctorWish = z.infer<typeof doctorWishSchema>;

/** One thing that was looked at; told once when it begins, again when it is over. */
export const checkSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(['running', 'ok', 'warning', 'failed', 'skipped']),
  /** What was found, in a few words. */
  detail: z.string().nullable(),
  ms: z.number().nullable(),
  /** What is wrong, and what mends it. */
  problem: z
    .object({
      /** Name of the failure that opening would end with; null where nothing ends by it. */
      code: z.enum(ERROR_CODES).nullable(),
      message: z.string(),
      hint: z.string().nullable(),
      /** Shows the same, to be copied into a terminal of this machine. */
      command: z.string().nullable(),
    })
    .nullable(),
});
export type Check = z.infer<typeof checkSchema>;

/** A line of the answer to `POST /api/doctor`. */
export const doctorLineSchema = z.discriminatedUnion('kind', [
  /** First: prompts of this run carry its id. */
  z.object({ kind: z.literal('started'), doctor: z.string() }),
  z.object({ kind: z.literal('check'), check: checkSchema }),
  /** Last. */
  z.object({ kind: z.literal('done'), outcome: z.enum(['healthy', 'warnings', 'failed']) }),
  /** Last, where doctor itself broke off. */
  z.object({ kind: z.literal('broke-off'), failure: failureSchema }),
]);
export type DoctorLine = z.infer<typeof doctorLineSchema>;
