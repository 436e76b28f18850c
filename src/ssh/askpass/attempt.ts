import { createHash, timingSafeEqual } from 'node:crypto';
import type { Logger } from '../../core/logger.ts';
import { neutralizeControls } from '../../core/text.ts';
import { classifyPrompt, echoOf, type PromptInput } from './classify-prompt.ts';
import type { AskedPrompt, Prompt, PromptAnswer, Prompter, PromptKind } from './prompt.ts';

export interface AttemptInput {
  readonly host: string;
  readonly prompter: Prompter;
  readonly secret: string;
  readonly logger: Logger;
  /** Ends the ssh that asks; resolves when nothing of it is left. */
  readonly endLogin?: (() => Promise<void>) | undefined;
}

/** The prompts of one connection attempt. */
export interface Attempt {
  /** In constant time. */
  holdsSecret(candidate: string): boolean;
  /** The answer, or undefined for a refusal; `gone` aborts when ssh no longer waits for it. */
  ask(request: PromptInput, gone: AbortSignal): Promise<string | undefined>;
  asked(): readonly AskedPrompt[];
  end(): void;
}

const MAX_TEXT_CHARACTERS = 4000;
/** A server may ask for ever; a person may not be kept busy for ever. */
const MAX_PROMPTS = 50;

let lastId = 0;

/** Relays prompts to the prompter and keeps what became of them, never what was answered. */
export const createAttempt = (input: AttemptInput): Attempt => {
  const { host, prompter, logger } = input;
  const secretDigest = digest(input.secret);
  const ended = new AbortController();
  const records: AskedPrompt[] = [];

  return {
    holdsSecret: (candidate) => timingSafeEqual(digest(candidate), secretDigest),
    ask: async (request, gone) => {
      if (records.length >= MAX_PROMPTS || ended.signal.aborted) return undefined;
      const kind = classifyPrompt(request);
      const text = neutralizeControls(request.text.slice(0, MAX_TEXT_CHARACTERS));
      const shown = isAskedAgain(text, records) ? `${NOT_ACCEPTED}\n${text}` : text;
      const id = `prompt-${++lastId}`;
      const prompt: Prompt = { id, kind, text: shown, host, echo: echoOf(kind) };
      const signal = AbortSignal.any([gone, ended.signal]);
      const answer = await answerOf({ prompter, prompt, signal, logger });
      const outcome = signal.aborted ? 'cancelled' : outcomeOf(answer);
      records.push({ kind, text, outcome });
      logger.debug(`ssh to ${host} asked (${kind}): ${outcome}`);
      if (answer.kind === 'refuse' && !signal.aborted && SENT_EMPTY.has(kind)) {
        await input.endLogin?.();
      }
      return answer.kind === 'answer' && !signal.aborted ? answer.text : undefined;
    },
    asked: () => records,
    end: () => ended.abort(),
  };
};

/**
 * To these a refusal is no answer that ssh knows: it would send an empty one to the server, three times
 * over, and a few such logins lock an account.
 */
const SENT_EMPTY: ReadonlySet<PromptKind> = new Set(['password', 'code', 'text']);

/** What ssh says, to its stderr, before it asks the same again: whoever answers would not see it. */
const NOT_ACCEPTED = 'Permission denied, please try again.';

/** Only where the prompt names its login: two hops may ask for a `Password:` in the same words. */
const isAskedAgain = (text: string, records: readonly AskedPrompt[]): boolean =>
  /\S@\S/.test(text) &&
  records.some((record) => record.text === text && record.outcome === 'answered');

const answerOf = async (input: {
  prompter: Prompter;
  prompt: Prompt;
  signal: AbortSignal;
  logger: Logger;
}): Promise<PromptAnswer> => {
  const { prompter, prompt, signal, logger } = input;
  try {
    return await Promise.race([prompter(prompt, signal), refusalOn(signal)]);
  } catch (error) {
    // A prompter that was told to stop may throw for it; any other failure is nobody's answer either.
    if (!signal.aborted) logger.warn(`Cannot ask for ${prompt.host}: ${String(error)}`);
    return { kind: 'refuse', reason: 'unavailable' };
  }
};

/** Should the prompter not look at its signal. */
const refusalOn = (signal: AbortSignal): Promise<PromptAnswer> =>
  new Promise((resolve) => {
    const refuse = () => resolve({ kind: 'refuse', reason: 'unavailable' });
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });

const outcomeOf = (answer: PromptAnswer): AskedPrompt['outcome'] => {
  if (answer.kind === 'answer') return 'answered';
  return answer.reason === 'user' ? 'refused' : 'unavailable';
};

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();
