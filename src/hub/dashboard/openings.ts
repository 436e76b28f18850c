import type { Clock } from '../../core/clock.ts';
import type { OpenRequest } from '../../session/open-request.ts';
import type { Opening } from '../api/schema/opening.ts';
import type { Change } from '../api/schema/state.ts';
import type { Target } from '../api/schema/target.ts';
import type { Hub } from '../hub.ts';
import { createOpening, type OpeningRun } from './opening-run.ts';
import type { PromptBoard } from './prompt-board.ts';
import { ApiError, notFound } from './to-failure.ts';

/** The runs of the wizard, those that are over for a while too. */
export interface Openings {
  /** Begins one; resolves its id at once. */
  begin(input: { request: OpenRequest; target: Target; saved: string | null }): string;
  list(): readonly Opening[];
  /** @throws ApiError `not-found` */
  find(id: string): OpeningRun;
  /** @throws ApiError `not-found`; `bad-request` for one that goes on */
  dismiss(id: string): void;
  cancelAll(): void;
}

export interface OpeningsInput {
  readonly hub: Hub;
  readonly prompts: PromptBoard;
  readonly clock: Clock;
  readonly publish: (change: Change) => void;
}

/** Ended ones that nobody dismissed, and those that go on at the same time. */
const MAX_OVER = 20;
const MAX_GOING = 64;

export const createOpenings = ({ hub, prompts, clock, publish }: OpeningsInput): Openings => {
  const runs = new Map<string, OpeningRun>();
  let last = 0;

  hub.onChange(({ kind, entry }) => {
    const { origin, name } = entry;
    if (origin.by === 'dashboard') runs.get(origin.opening)?.follow(entry, kind);
    // What was opened has been closed: how it was opened is of no more use.
    if (kind === 'removed') forget(({ phase }) => phase.kind === 'ready' && phase.session === name);
  });

  const forget = (isToGo: (opening: Opening) => boolean) => {
    for (const [id, run] of runs) {
      if (!isToGo(run.current())) continue;
      runs.delete(id);
      publish({ kind: 'opening-gone', opening: id });
    }
  };

  const find = (id: string): OpeningRun => {
    const run = runs.get(id);
    if (run === undefined) throw notFound('There is no such opening.');
    return run;
  };

  return {
    begin: ({ request, target, saved }) => {
      const going = [...runs.values()].filter((run) => !isOver(run.current()));
      if (going.length >= MAX_GOING) throw tooMany();
      const id = `o-${++last}`;
      const run = createOpening({
        ...{ id, request, target, saved, hub, prompts, clock },
        onChange: (opening) => publish({ kind: 'opening', opening }),
      });
      runs.set(id, run);
      publish({ kind: 'opening', opening: run.current() });
      run.start();
      void run.over.then(() => {
        const over = [...runs.values()].map((one) => one.current()).filter(isOver);
        const tooOld = new Set(over.slice(0, -MAX_OVER).map(({ opening }) => opening));
        forget(({ opening }) => tooOld.has(opening));
      });
      return id;
    },
    list: () => [...runs.values()].map((run) => run.current()),
    find,
    dismiss: (id) => {
      if (!isOver(find(id).current())) throw goesOn();
      forget(({ opening }) => opening === id);
    },
    cancelAll: () => {
      for (const run of runs.values()) if (!isOver(run.current())) run.cancel();
    },
  };
};

const isOver = ({ phase }: Opening): boolean =>
  phase.kind === 'ready' || phase.kind === 'failed' || phase.kind === 'cancelled';

const goesOn = (): ApiError =>
  new ApiError(409, {
    code: 'bad-request',
    message: 'This opening goes on: it can be cancelled, but not dismissed.',
  });

const tooMany = (): ApiError =>
  new ApiError(429, {
    code: 'bad-request',
    message: `${MAX_GOING} openings are under way already.`,
    hint: 'Answer or cancel some of them.',
  });
