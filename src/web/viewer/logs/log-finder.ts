import { type Signal, signal } from '@preact/signals';
import { ApiError, getJson } from '../../kit/api-client.ts';

/** What a search has brought so far. */
export interface Finding {
  /** Numbers of lines with a match, as far as they are here. */
  readonly lines: readonly number[];
  /** Of `lines`; -1 while there is none. */
  readonly at: number;
  /** Where the next ones are asked for; null: these are all. */
  readonly next: number | null;
  /** Lines with a match that were counted so far, and whether that is all of them. */
  readonly total: number;
  readonly isCounted: boolean;
  readonly isSearching: boolean;
  readonly error: string | null;
}

interface Answer {
  readonly line: readonly number[];
  readonly next: number | null;
  readonly rest: number;
  /** How far the server has come; null: to the end. */
  readonly to: number | null;
}

const NOTHING: Finding = {
  ...{ lines: [], at: -1, next: null, total: 0, isCounted: true },
  ...{ isSearching: false, error: null },
};
/** Lines with a match that come at once; the next ones when somebody goes there. */
const PART = 500;
const LARGEST_PART = 5_000;
/** Beyond so many nobody goes through them: back from the first one then leads to the last that is here. */
const MOST = 200_000;
/** Who types on is not done. */
const WAIT_MS = 250;

/** What is looked for. */
export interface Wanted {
  readonly run: string;
  readonly text: string;
  readonly isRegex: boolean;
}

/** Looks through a log, part by part; the server takes its time for a big one. */
export interface LogFinder {
  readonly finding: Signal<Finding>;
  /** Begins anew in a moment; an empty text ends the search. */
  start(wanted: Wanted): void;
  /** Goes a match on, or back; beyond the last one that is here the next ones are brought. */
  step(by: 1 | -1): Promise<void>;
  stop(): void;
}

export const createLogFinder = (onJump: (line: number) => void): LogFinder => {
  const finding = signal(NOTHING);
  let abort = new AbortController();
  let query: Readonly<Record<string, string>> = {};

  const goTo = (at: number): void => {
    const line = finding.peek().lines[at];
    if (line === undefined) return;
    finding.value = { ...finding.peek(), at };
    onJump(line);
  };

  const ask = (from: number, limit: number): Promise<Answer> =>
    getJson<Answer>('logs/search', { ...query, from, limit }, abort);

  const change = (to: Partial<Finding>): void => {
    finding.value = { ...finding.peek(), ...to };
  };

  const orTell = async (work: Promise<void>): Promise<void> => {
    const { signal } = abort;
    try {
      await work;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      finding.value = { ...NOTHING, error: error.message };
    }
  };

  /** The first ones; an answer without a match says only how far the server has come. */
  const begin = async (): Promise<void> => {
    let answer = await ask(0, PART);
    while (answer.line.length === 0 && answer.to !== null) answer = await ask(answer.to, PART);
    const { line: lines, next, rest, to } = answer;
    change({ lines, next, total: lines.length + rest, isCounted: to === null, isSearching: false });
    goTo(0);
    for (let from = to; from !== null; ) {
      const more = await ask(from, 0);
      from = more.to;
      change({ total: finding.peek().total + more.rest, isCounted: from === null });
    }
  };

  /** Brings the next ones; `all`: up to the end. */
  const bring = async (how: 'next' | 'all'): Promise<void> => {
    change({ isSearching: true });
    const before = finding.peek().lines.length;
    for (;;) {
      const { lines, next, total } = finding.peek();
      const isEnough = how === 'next' ? lines.length > before : lines.length >= MOST;
      if (next === null || isEnough) break;
      const answer = await ask(next, how === 'next' ? PART : LARGEST_PART);
      const all = [...lines, ...answer.line];
      change({ lines: all, next: answer.next, total: Math.max(total, all.length) });
    }
    change({ isSearching: false });
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    abort.abort();
  };

  return {
    finding,
    stop,
    start: ({ run, text, isRegex }) => {
      stop();
      abort = new AbortController();
      finding.value = { ...NOTHING, isSearching: text !== '' };
      if (text === '') return;
      query = { run, text, excerpts: 'no', ...(isRegex ? { regex: 'yes' } : {}) };
      timer = setTimeout(() => void orTell(begin()), WAIT_MS);
    },
    step: async (by) => {
      const { lines, at, next, isSearching } = finding.peek();
      if (lines.length === 0 || isSearching) return;
      if (next !== null && at + by === lines.length) await orTell(bring('next'));
      if (next !== null && at + by < 0) await orTell(bring('all'));
      const { length } = finding.peek().lines;
      if (length > 0) goTo((at + by + length) % length);
    },
  };
};
