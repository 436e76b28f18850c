import type { Clock } from '../../core/clock.ts';
import type { PromptAnswer, Prompter } from '../../ssh/askpass/prompt.ts';
import type { PromptAnswer as GivenAnswer, Prompt } from '../api/schema/prompt.ts';
import type { Change } from '../api/schema/state.ts';
import { readHostKey } from './read-host-key.ts';
import { ApiError, notFound } from './to-failure.ts';

/** The questions of ssh that wait for whoever looks at the dashboard. */
export interface PromptBoard {
  list(): readonly Prompt[];
  /** A prompter that puts its questions up here. */
  prompterFor(owner: Prompt['for']): Prompter;
  /**
   * Hands an answer to ssh; what was answered is kept nowhere.
   *
   * @throws ApiError `already-answered`, `not-found`
   */
  answer(id: string, given: GivenAnswer): void;
}

export interface PromptBoardInput {
  readonly clock: Clock;
  readonly publish: (change: Change) => void;
}

export const createPromptBoard = ({ clock, publish }: PromptBoardInput): PromptBoard => {
  const waiting = new Map<string, { prompt: Prompt; settle: (answer: PromptAnswer) => void }>();
  let last = 0;

  const ask = (owner: Prompt['for']): Prompter => {
    return ({ kind, text, host, echo }, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(NOBODY);
        const id = `p-${++last}`;
        const hostKey = kind === 'host-key' ? readHostKey(text) : null;
        const askedAt = new Date(clock.wallMs()).toISOString();
        const prompt = { id, for: owner, kind, text, host, echo, hostKey, askedAt };
        const settle = (answer: PromptAnswer) => {
          waiting.delete(id);
          signal.removeEventListener('abort', withdraw);
          publish({ kind: 'prompt-gone', prompt: id });
          resolve(answer);
        };
        const withdraw = () => settle(NOBODY);
        signal.addEventListener('abort', withdraw, { once: true });
        waiting.set(id, { prompt, settle });
        publish({ kind: 'prompt', prompt });
      });
  };

  return {
    list: () => [...waiting.values()].map(({ prompt }) => prompt),
    prompterFor: ask,
    answer: (id, given) => {
      const one = waiting.get(id);
      if (one === undefined) throw wasAsked(id, last) ? answeredAlready() : noPrompt();
      if (given.kind === 'cancel') return one.settle({ kind: 'refuse', reason: 'user' });
      if (one.prompt.kind === 'notice') throw asksNothing();
      one.settle({ kind: 'answer', text: given.text });
    },
  };
};

const NOBODY: PromptAnswer = { kind: 'refuse', reason: 'unavailable' };

const wasAsked = (id: string, last: number): boolean => {
  const number = Number(/^p-([1-9]\d{0,9})$/.exec(id)?.[1]);
  return number <= last;
};

const answeredAlready = (): ApiError =>
  new ApiError(409, {
    code: 'already-answered',
    message: 'This question has been answered already, or is not asked any more.',
  });

const noPrompt = (): ApiError => notFound('There is no such question.');

const asksNothing = (): ApiError =>
  new ApiError(400, {
    code: 'bad-request',
    message: 'This asks nothing: it goes by itself, and can only be cancelled.',
    field: 'kind',
  });
