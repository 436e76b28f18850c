import { createConnection } from 'node:net';

// Started once for each prompt, as ssh's askpass program: node's own modules only.

export interface HelperInput {
  readonly socketPath: string;
  readonly secret: string;
  /** argv[1] as ssh gave it. */
  readonly text: string;
  /** SSH_ASKPASS_PROMPT. */
  readonly hint: string;
}

const MAX_REPLY_CHARACTERS = 64 * 1024;

/**
 * Asks the broker. Resolves with the answer, which goes to ssh over stdout, or with undefined for a
 * refusal (exit code 1), also when there is no broker any more.
 */
export const askBroker = (input: HelperInput): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = createConnection(input.socketPath);
    let reply = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      const { secret, text, hint } = input;
      socket.write(`${JSON.stringify({ secret, text, hint })}\n`);
    });
    socket.on('data', (chunk: string) => {
      reply += chunk;
      if (reply.length > MAX_REPLY_CHARACTERS) socket.destroy();
    });
    // No broker, or it went away: as a refusal.
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(answerIn(reply)));
  });

const answerIn = (reply: string): string | undefined => {
  try {
    const message: unknown = JSON.parse(reply);
    if (typeof message !== 'object' || message === null || !('answer' in message)) return undefined;
    return typeof message.answer === 'string' ? message.answer : undefined;
  } catch {
    return undefined; // cut off: as a refusal
  }
};
