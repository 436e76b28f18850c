import type { Clock } from '../../core/clock.ts';
import { createDeferred, type Deferred } from '../../core/deferred.ts';
import { PortholeError, toPortholeError } from '../../core/errors.ts';
import { singleLine } from '../../core/text.ts';
import type { Connection } from '../../remote/connection.ts';
import type { ProbeResult } from '../../remote/protocol/probe.ts';
import { pingResultSchema } from '../../remote/protocol/wire.ts';
import type { Interaction, PlanAnswer, PlanQuestion } from '../../session/interaction.ts';
import type { OpenRequest } from '../../session/open-request.ts';
import type { Opening } from '../api/schema/opening.ts';
import type { Target } from '../api/schema/target.ts';
import type { Hub } from '../hub.ts';
import type { SessionEntry } from '../session-view.ts';
import type { PromptBoard } from './prompt-board.ts';
import { iso, routeOf } from './session-dto.ts';
import { failStep, takeStep } from './steps-so-far.ts';
import { ApiError, toFailure } from './to-failure.ts';

/** What waits for a choice. */
export interface OpenQuestion {
  readonly revision: number;
  readonly question: PlanQuestion;
  /** Of the last look at the server. */
  readonly probe: ProbeResult;
}

/** One run of the wizard. */
export interface OpeningRun {
  readonly request: OpenRequest;
  current(): Opening;
  /** The session that it comes of, as far as it is; undefined before and after. */
  entry(): SessionEntry | undefined;
  /** @throws ApiError `already-answered` where it is not choosing */
  question(): OpenQuestion;
  /** A new look at the server has begun, and what it found. */
  refreshed(state: 'begun' | 'failed' | ProbeResult): void;
  choose(answer: PlanAnswer, confirmation: 'ask' | 'confirmed'): void;
  confirm(decision: 'start' | 'cancel'): void;
  cancel(): void;
  /** The hub tells of the session. */
  follow(entry: SessionEntry, kind: 'added' | 'changed' | 'measured' | 'removed'): void;
  /** Begins to open. Not before the hub's changes are handed on by `follow`: they come at once. */
  start(): void;
  /** Resolves when it is over. */
  readonly over: Promise<void>;
}

export interface OpeningRunInput {
  readonly id: string;
  readonly target: Target;
  readonly saved: string | null;
  readonly request: OpenRequest;
  readonly hub: Hub;
  readonly prompts: PromptBoard;
  readonly clock: Clock;
  readonly onChange: (opening: Opening) => void;
}

interface Waiting {
  readonly question: PlanQuestion;
  probe: ProbeResult;
  revision: number;
  readonly answer: Deferred<PlanAnswer>;
}

/** A run that has not begun; whoever looks at the dashboard is asked. */
export const createOpening = (input: OpeningRunInput): OpeningRun => {
  const { id, request, hub, prompts, clock } = input;
  const cancelled = new AbortController();
  const over = createDeferred<void>();
  let confirmation: 'ask' | 'confirmed' = 'ask';
  let waiting: Waiting | undefined;
  let confirming: Deferred<'start' | 'cancel'> | undefined;
  let entry: SessionEntry | undefined;
  let measured: Connection | undefined;
  let opening: Opening = {
    ...{ opening: id, target: input.target, host: request.target.host, saved: input.saved },
    ...{ session: null, startedAt: iso(clock.wallMs()), steps: [], notes: [] },
    ...{ route: null, latencyMs: null, phase: { kind: 'working' } },
  };

  const change = (changes: Partial<Opening>) => {
    opening = { ...opening, ...changes };
    input.onChange(opening);
  };

  const interaction: Interaction = {
    prompter: prompts.prompterFor({ kind: 'opening', opening: id }),
    report: (event) => {
      if (event.type === 'note') {
        change({ notes: [...opening.notes, singleLine(event.text)] });
      } else change({ steps: takeStep(opening.steps, event, iso(clock.wallMs())) });
    },
    choose: async (question, signal) => {
      waiting = { question, probe: question.probe, revision: 1, answer: createDeferred() };
      change({ phase: { kind: 'choosing', revision: 1, refreshing: false } });
      try {
        return await unlessAborted(waiting.answer, signal);
      } finally {
        waiting = undefined;
        change({ phase: { kind: 'working' } });
      }
    },
    confirm: async (summary, signal) => {
      if (confirmation === 'confirmed') return 'start';
      confirming = createDeferred();
      change({ phase: { kind: 'confirming', summary } });
      try {
        return await unlessAborted(confirming, signal);
      } finally {
        confirming = undefined;
        change({ phase: { kind: 'working' } });
      }
    },
  };

  const fail = (error: PortholeError) => {
    const isOwn = cancelled.signal.aborted || error.code === 'interrupted';
    change({
      steps: failStep(opening.steps, isOwn ? 'cancelled' : 'failed', clock.wallMs()),
      phase: isOwn
        ? { kind: 'cancelled' }
        : { kind: 'failed', failure: toFailure(error, request.target) },
    });
  };

  const run = async () => {
    try {
      const origin = { by: 'dashboard', opening: id } as const;
      const session = await hub.open(request, interaction, cancelled.signal, origin);
      const { name } = session.record;
      const isOurs = entry?.session === session;
      change({
        session: name,
        phase: { kind: 'ready', session: name, origin: isOurs ? 'opened' : 'shared' },
      });
    } catch (thrown) {
      fail(toPortholeError(thrown));
    }
  };

  const measure = async ({ agent }: Connection) => {
    const sentMs = clock.monotonicMs();
    await agent.request('ping', {}, pingResultSchema);
    change({ latencyMs: clock.monotonicMs() - sentMs });
  };

  return {
    request,
    current: () => opening,
    entry: () => entry,
    question: () => {
      if (waiting === undefined) throw notWaiting('a choice');
      const { question, probe, revision } = waiting;
      return { question, probe, revision };
    },
    refreshed: (state) => {
      if (waiting === undefined) return;
      if (typeof state === 'object') {
        waiting.probe = state;
        waiting.revision += 1;
      }
      const { revision } = waiting;
      change({ phase: { kind: 'choosing', revision, refreshing: state === 'begun' } });
    },
    choose: (answer, confirmed) => {
      if (waiting === undefined) throw notWaiting('a choice');
      confirmation = confirmed;
      const isLater = waiting.revision > 1 ? { probe: waiting.probe } : {};
      waiting.answer.resolve({ ...answer, ...isLater });
    },
    confirm: (decision) => {
      if (confirming === undefined) throw notWaiting('a confirmation');
      confirming.resolve(decision);
    },
    cancel: () => {
      cancelled.abort(new PortholeError({ code: 'interrupted', message: 'Cancelled.' }));
    },
    follow: (one, kind) => {
      entry = kind === 'removed' ? undefined : one;
      if (kind === 'added') change({ session: one.name });
      const connection = one.end?.share.connection;
      if (connection === undefined || connection === measured) return;
      measured = connection;
      change({ route: routeOf(connection.route) });
      // A link that is lost meanwhile is told by whoever waits for more than a number.
      measure(connection).catch(() => undefined);
    },
    start: () => void run().finally(over.resolve),
    over: over.promise,
  };
};

const unlessAborted = async <T>({ promise }: Deferred<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  const aborted = createDeferred<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

const notWaiting = (what: string): ApiError =>
  new ApiError(409, {
    code: 'already-answered',
    message: `This opening does not wait for ${what}: it has been answered, or is over.`,
  });
