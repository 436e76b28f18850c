/** What the doctor asks of a server: `probe` {diagnose}. */
import * as z from 'zod';
import { hostFactsSchema, path, shortText } from './wire.ts';

/** What decides on the server whether a viewer can run: the answer to `probe` {diagnose: {pythons}}. */
export const diagnosisSchema = z.object({
  host: hostFactsSchema,
  /** The server's clock, milliseconds since the epoch. */
  wallMs: z.number(),
  /** Interpreters at the places where the bootstrap looks, in its order. */
  pythons: z
    .array(
      z.object({
        path,
        /** null where it does not run, or says something else. */
        version: z.string().max(64).nullable(),
        /** What it says that it is: another path behind a shim or a link. */
        executable: path.nullable(),
      }),
    )
    .max(64),
  /** Places for the runtime directory, in the order tried. */
  bases: z
    .array(
      z.object({
        path,
        /** Why no directory can be made there; null where one was made, and removed again. */
        problem: shortText.nullable(),
        /** Somebody else's directory, or a link, lies where ours would be. */
        trap: z.boolean(),
        /** Octal. */
        mode: z.string().max(8).nullable(),
        freeBytes: z.number().nonnegative().nullable(),
        freeFiles: z.number().nonnegative().nullable(),
        noexec: z.boolean(),
        readOnly: z.boolean(),
      }),
    )
    .max(16),
  /** logind's KillUserProcesses: it ends a viewer with the login. */
  killsUserProcesses: z.boolean(),
  hasProc: z.boolean(),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;
