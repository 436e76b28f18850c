import * as z from 'zod';

const word = z.string().max(4096);

/** An ssh target as it travels between porthole's processes; see `SshTarget`. */
export const sshTargetSchema = z.object({
  host: z.string().min(1).max(255),
  configFile: word.exactOptional(),
  port: z.number().int().min(1).max(65535).exactOptional(),
  user: word.exactOptional(),
  identityFiles: z.array(word).max(64).readonly().exactOptional(),
  options: z.array(word).max(64).readonly().exactOptional(),
  multiplexing: z.literal('none').exactOptional(),
});

/** What a client tells of its own surroundings, so that ssh behaves as it would in that terminal. */
export const sshEnvironmentSchema = z.record(z.string().max(128), word);

/** Everything that was asked of `porthole open`, resolved and complete. */
export const openRequestSchema = z.object({
  target: sshTargetSchema,
  sshEnvironment: sshEnvironmentSchema,
  /** `--viewer`; null leaves it to porthole. */
  viewer: z.string().max(64).nullable(),
  /** What follows `--`: a program of the user's as viewer, word by word; null where there is none. */
  command: z.array(word).min(1).max(1024).readonly().nullable().default(null),
  /** `--adopt`: pid of a viewer that the user runs there already; null starts one. */
  adopt: z.number().int().positive().nullable().default(null),
  /** `--env`: name, prefix or interpreter. */
  environment: word.nullable(),
  /** `--storage`. */
  storage: word.nullable(),
  /** `--manage`. */
  access: z.enum(['read-only', 'manage']),
  /** `--port`: exactly this one. */
  localPort: z.number().int().min(1).max(65535).nullable(),
  /** `pick` asks again, whatever is remembered. */
  choice: z.enum(['remembered', 'pick']),
  /** `assume-yes` starts without asking (`--yes`). */
  confirmation: z.enum(['ask', 'assume-yes']),
  /** `none` leaves the gateway without its token, for this session only (`--no-auth`). */
  auth: z.enum(['token', 'none']),
  /** For the whole of opening, not counting time in which a person is asked. */
  timeoutMs: z.number().positive(),
  /** How long the viewer lives on when nobody renews its lease, in seconds. */
  graceS: z.number().positive(),
});
export type OpenRequest = z.infer<typeof openRequestSchema>;
