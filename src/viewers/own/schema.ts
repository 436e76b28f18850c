import * as z from 'zod';

const text = z.string().min(1).max(4096);
const line = z
  .string()
  .min(1)
  .max(300)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line');
const fileName = line.regex(/^[^/]+$/, 'is a name, not a path');

/** A viewer of the user's own, as a file describes it; docs/viewers.md explains the fields. */
export const ownViewerSchema = z.strictObject({
  /** An address for editors, which complete and check by it; porthole does not read it. */
  $schema: z.string().optional(),
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9 and -, a letter first'),
  title: line,
  /** Any one of these packages; without them any environment will do. */
  packages: z
    .array(
      z.strictObject({
        name: line.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be the name of a distribution'),
        oldest: z.string().regex(/^\d+(\.\d+)*$/, 'must be a version such as 1.2.0'),
      }),
    )
    .max(16)
    .default([]),
  data: z
    .array(
      z.union([
        z.strictObject({ file: fileName, contains: z.string().min(1).max(200).optional() }),
        z.strictObject({ directory: fileName }),
      ]),
    )
    .max(32)
    .default([]),
  command: z.array(text).min(1).max(256),
  env: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable'),
      z.string().max(4096),
    )
    .default({}),
  health: z
    .strictObject({
      path: z.string().regex(/^\/[!-~]*$/, 'must begin with "/" and hold no space'),
      status: z.enum(['200', 'any']).default('200'),
    })
    .default({ path: '/', status: 'any' }),
  token: z
    .strictObject({
      header: z.string().regex(/^[A-Za-z][A-Za-z-]{0,63}$/, 'must be the name of a header'),
      value: line.includes('{token}', 'must hold {token}'),
    })
    .optional(),
  can: z.enum(['read', 'write', 'run-code']),
  notice: line.optional(),
  storage: z.enum(['directory', 'file-or-directory']).default('directory'),
  slowStartS: z.number().positive().max(3600).default(60),
});

/** What is in such a file, complete. */
export type OwnViewer = z.infer<typeof ownViewerSchema>;

/** The same as JSON Schema, for editors. */
export const ownViewerJsonSchema = (): unknown =>
  z.toJSONSchema(ownViewerSchema, { io: 'input', target: 'draft-7' });
