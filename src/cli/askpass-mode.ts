import { ASKPASS_SECRET_VARIABLE, ASKPASS_SOCKET_VARIABLE } from '../ssh/askpass/askpass-env.ts';
import { askBroker } from '../ssh/askpass/helper.ts';

/**
 * The hidden mode in which ssh starts porthole to ask something: the prompt is the first word, the
 * answer goes to stdout.
 *
 * @returns the exit code: 1 refuses
 */
export const runAskpass = async (
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> => {
  const answer = await askBroker({
    socketPath: env[ASKPASS_SOCKET_VARIABLE] ?? '',
    secret: env[ASKPASS_SECRET_VARIABLE] ?? '',
    text: words[0] ?? '',
    hint: env.SSH_ASKPASS_PROMPT ?? '',
  });
  if (answer === undefined) return 1;
  process.stdout.write(`${answer}\n`);
  return 0;
};
