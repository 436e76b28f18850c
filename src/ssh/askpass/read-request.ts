import type { Socket } from 'node:net';
import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { createDeferred } from '../../core/deferred.ts';

const requestSchema = z.object({
  secret: z.string().max(200),
  text: z.string(),
  hint: z.string().max(200),
});

/** What an askpass program sends: its secret, and the prompt as ssh gave it. */
export type AskpassRequest = z.infer<typeof requestSchema>;

const MAX_REQUEST_BYTES = 64 * 1024;
const REQUEST_LIMIT_MS = 5000;

/** The first line of a connection; undefined where it is too long, too late, or of the wrong shape. */
export const readRequest = async (
  socket: Socket,
  clock: Clock,
): Promise<AskpassRequest | undefined> => {
  const line = createDeferred<string | undefined>();
  const limit = clock.timeout(REQUEST_LIMIT_MS, () => undefined);
  limit.signal.addEventListener('abort', () => line.resolve(undefined));
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The listener stays: reading on is what notices that the program is gone.
  socket.on('data', (chunk: Buffer) => {
    if (bytes > MAX_REQUEST_BYTES) return;
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > MAX_REQUEST_BYTES) line.resolve(undefined);
    else if (chunk.includes(0x0a)) line.resolve(Buffer.concat(chunks).toString('utf8'));
  });
  socket.on('close', () => line.resolve(undefined));
  const text = await line.promise;
  limit.cancel();
  return text === undefined ? undefined : parseRequest(text);
};

const parseRequest = (text: string): AskpassRequest | undefined => {
  try {
    return requestSchema.safeParse(JSON.parse(text.slice(0, text.indexOf('\n')))).data;
  } catch {
    return undefined; // no JSON
  }
};
