import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Where tests look for a port that they use twice: below the range from which Linux hands out ports by
 * itself, and away from those that porthole takes (8081 and up, 23300 and up).
 */
const RANGE = { from: 26_000, to: 32_000 } as const;
const MAX_TRIES = 100;

/** A port that is free on both loopback addresses, and that nobody else is likely to take. */
export const findOwnPort = async (): Promise<number> => {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const port = randomInt(RANGE.from, RANGE.to);
    if ((await isFree('127.0.0.1', port)) && (await isFree('::1', port))) return port;
  }
  throw new Error(`No port between ${RANGE.from} and ${RANGE.to} is free.`);
};

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has nobody there either.
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EADDRINUSE'));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
