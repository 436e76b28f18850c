import type { IncomingMessage } from 'node:http';
import type * as z from 'zod';
import { ApiError } from './to-failure.ts';

/** No request of the page comes near it. */
export const MAX_BODY_BYTES = 64 * 1024;

/**
 * The body of a request as a schema has it. Nothing of what was sent is in the failures: it may be a
 * secret.
 *
 * @throws ApiError `bad-request`, `body-too-large`
 */
export const readBody = async <S extends z.ZodType>(
  request: IncomingMessage,
  schema: S,
): Promise<z.output<S>> => {
  // A form of another page cannot send this type without being asked first.
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw badRequest('The body must be sent as application/json.');
  }
  const text = await readText(request);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('The body is no JSON.');
  }
  return checked(schema, value);
};

/**
 * A value from outside as a schema has it.
 *
 * @throws ApiError `bad-request`, which names the part that is wrong
 */
export const checked = <S extends z.ZodType>(schema: S, value: unknown): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join('.') ?? '';
  throw new ApiError(400, {
    code: 'bad-request',
    message: `${field === '' ? 'The body' : field} is not as it must be: ${issue?.message ?? 'unknown'}.`,
    hint: 'See /api/openapi.json for its form.',
    field: field === '' ? null : field,
  });
};

const readText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const badRequest = (message: string): ApiError =>
  new ApiError(400, { code: 'bad-request', message });

const tooLarge = (): ApiError =>
  new ApiError(413, {
    code: 'body-too-large',
    message: `The body is larger than ${MAX_BODY_BYTES / 1024} KiB.`,
  });
