import { PortholeError, toPortholeError } from '../../../core/errors.ts';
import type { Connection } from '../../../remote/connection.ts';
import { checkPathResultSchema } from '../../../remote/protocol/directories.ts';
import { probeHost } from '../../../session/remembered-plan.ts';
import { readSessionLog } from '../../../session/session-log.ts';
import { checkChoice } from '../check-choice.ts';
import { type Desk, requestFor } from '../desk.ts';
import type { ApiHandlers } from '../handlers.ts';
import { checkKey } from '../local/key-dto.ts';
import type { OpeningRun } from '../opening-run.ts';
import { questionOf } from '../question-of.ts';
import { followLog } from '../stream-log.ts';
import { ApiError } from '../to-failure.ts';

type OpeningRoutes = Pick<
  ApiHandlers,
  | 'POST /api/openings'
  | 'GET /api/openings/{opening}/question'
  | 'POST /api/openings/{opening}/refresh'
  | 'POST /api/openings/{opening}/list'
  | 'POST /api/openings/{opening}/check-path'
  | 'POST /api/openings/{opening}/choice'
  | 'POST /api/openings/{opening}/confirmation'
  | 'GET /api/openings/{opening}/log'
  | 'POST /api/openings/{opening}/cancel'
  | 'DELETE /api/openings/{opening}'
>;

/** A server's disk may hang; whoever types a path does not wait longer than that. */
const LOOK_LIMIT_MS = 5000;
const PROBE_LIMIT_MS = 30_000;
const LOG_LINES = 500;

/** The runs of the wizard. */
export const openingRoutes = (desk: Desk): OpeningRoutes => {
  const { openings, context } = desk;
  const { clock } = context;

  /** Does something over the connection of an opening that waits for a choice. */
  const overConnection = async <T>(
    id: string,
    limitMs: number,
    work: (connection: Connection, signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const run = openings.find(id);
    run.question();
    const connection = run.entry()?.end?.share.connection;
    if (connection === undefined) throw notConnected();
    const limit = clock.timeout(limitMs, () => tooSlow(limitMs));
    try {
      return await work(connection, limit.signal);
    } finally {
      limit.cancel();
    }
  };

  const refresh = async (id: string, run: OpeningRun): Promise<void> => {
    const { question } = run.question();
    run.refreshed('begun');
    try {
      const probe = await overConnection(id, PROBE_LIMIT_MS, (connection, signal) =>
        probeHost(connection, run.request, { remembered: undefined, signal }),
      );
      run.refreshed(probe);
    } catch (thrown) {
      context.logger.warn(`${question.host}: ${toPortholeError(thrown).message}`);
      run.refreshed('failed');
    }
  };

  return {
    'POST /api/openings': async ({ body }) => {
      const { target, choice, ...wish } = body;
      await checkKey(target, desk.machine.home);
      const request = requestFor(desk, target, {
        ...wish,
        choice: choice === 'ask' ? 'pick' : 'remembered',
      });
      return { opening: openings.begin({ request, target, saved: null }) };
    },
    'GET /api/openings/{opening}/question': ({ params }) => {
      const run = openings.find(params.opening);
      const { revision, probe, question } = run.question();
      const { host, suggestion } = question;
      return questionOf({ revision, host, probe, suggestion, request: run.request });
    },
    'POST /api/openings/{opening}/refresh': ({ params }) => {
      const run = openings.find(params.opening);
      run.question();
      void refresh(params.opening, run);
      return undefined;
    },
    'POST /api/openings/{opening}/list': ({ params, body }) =>
      overConnection(params.opening, LOOK_LIMIT_MS, (connection, signal) =>
        connection.listDirectory(body.path, signal),
      ),
    'POST /api/openings/{opening}/check-path': ({ params, body }) =>
      overConnection(params.opening, LOOK_LIMIT_MS, ({ agent }, signal) =>
        agent.request('check-path', { path: body.path }, checkPathResultSchema, { signal }),
      ),
    'POST /api/openings/{opening}/choice': ({ params, body }) => {
      const run = openings.find(params.opening);
      const { probe } = run.question();
      if ('adopt' in body) {
        checkChoice(body, probe, run.request);
        run.choose(body, 'confirmed');
        return undefined;
      }
      const { confirmed, ...answer } = body;
      checkChoice(answer, probe, run.request);
      run.choose(answer, confirmed ? 'confirmed' : 'ask');
      return undefined;
    },
    'POST /api/openings/{opening}/confirmation': ({ params, body }) => {
      openings.find(params.opening).confirm(body.decision);
      return undefined;
    },
    'GET /api/openings/{opening}/log': async ({ params, signal }, open) => {
      const run = openings.find(params.opening);
      const end = run.entry()?.end;
      if (end === undefined) throw notConnected();
      await followLog({
        open,
        signal,
        over: run.over,
        read: (follow) => readSessionLog(end, LOG_LINES, follow),
      });
    },
    'POST /api/openings/{opening}/cancel': ({ params }) => {
      openings.find(params.opening).cancel();
      return undefined;
    },
    'DELETE /api/openings/{opening}': ({ params }) => {
      openings.dismiss(params.opening);
      return undefined;
    },
  };
};

const notConnected = (): ApiError =>
  new ApiError(409, {
    code: 'already-answered',
    message: 'This opening has no connection at the moment.',
  });

const tooSlow = (limitMs: number): PortholeError =>
  new PortholeError({
    code: 'connection-timeout',
    message: `The server did not answer within ${limitMs / 1000} s.`,
    hint: 'A network disk may hang there; try another directory.',
  });
