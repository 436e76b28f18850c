import { createConnection } from 'node:net';
import type { Clock } from '../core/clock.ts';

/** An open session, for shell completion. */
export interface SessionName {
  readonly session: string;
  readonly host: string;
  readonly state: string;
}

/** A shell that waits for completions is not kept longer by a hub that hangs. */
const LIMIT_MS = 500;
const MAX_BYTES = 1024 * 1024;

/**
 * The sessions of the running hub; none where there is no hub, or none that answers. Speaks the control
 * protocol (`messages.ts`) without its schemas, which take longer to load than the shell likes to wait.
 */
export const readSessionNames = (
  socketPath: string,
  clock: Clock,
): Promise<readonly SessionName[]> =>
  new Promise((resolve) => {
    const socket = createConnection(socketPath);
    const limit = clock.timeout(LIMIT_MS, () => 'late');
    const finish = (names: readonly SessionName[]) => {
      limit.cancel();
      socket.destroy();
      resolve(names);
    };
    let text = '';
    limit.signal.addEventListener('abort', () => finish([]));
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write('{"call":"ls"}\n'));
    socket.on('error', () => finish([]));
    socket.on('close', () => finish([]));
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.length > MAX_BYTES) return finish([]);
      // The first line is the hub's hello, the second its result.
      const [, answer, rest] = text.split('\n');
      if (rest !== undefined) finish(namesIn(answer ?? ''));
    });
  });

const namesIn = (answer: string): readonly SessionName[] => {
  try {
    const { result } = JSON.parse(answer) as { result?: unknown };
    return Array.isArray(result) ? result.filter(isSessionName) : [];
  } catch {
    return [];
  }
};

const isSessionName = (value: unknown): value is SessionName => {
  const { session, host, state } = (value ?? {}) as Record<string, unknown>;
  return [session, host, state].every((one) => typeof one === 'string');
};
